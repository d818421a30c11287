"""Months are written small: 12 mar 2026 10:52."""

SHORT_DATE_FORMAT = "j b Y"
SHORT_DATETIME_FORMAT = "j b Y H:i"
MONTH_DAY_FORMAT = "j b"
TIME_FORMAT = "H:i"
