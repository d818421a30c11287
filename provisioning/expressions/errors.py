"""What goes wrong with an expression, and where: the text itself is wrong, or it fails for one object."""

from provisioning.texts import Message, gettext_noop, say

PLACE = gettext_noop("column %(column)s: %(reason)s")


class ExpressionError(Exception):
    """The root. `message` is the reason alone; `position` counts the characters of the expression from 0."""

    def __init__(self, message: Message, position: int = 0) -> None:
        super().__init__(str(say(PLACE, column=position + 1, reason=str(message))))
        self.message = message
        self.position = position

    @property
    def column(self) -> int:
        """Where people look: counted from 1."""
        return self.position + 1


class BadExpression(ExpressionError):
    """The expression may not be saved. It is wrong for every object."""


class EvaluationFailed(ExpressionError):
    """The expression gives nothing for this object; others may do."""


class NoUniqueValue(EvaluationFailed):
    """Every value that SelectUniqueValue may choose from is in use."""


class Refused(ValueError):
    """A function or a conversion refuses its values. Whoever calls it adds the place, `function` and `parameter`."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message


class NothingFree(Refused):
    """Becomes NoUniqueValue."""
