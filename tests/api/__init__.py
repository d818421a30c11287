"""Tests of the API: every answer that a test gets is held against Microsoft's own types."""
