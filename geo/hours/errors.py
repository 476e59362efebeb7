"""What can be wrong with opening hours as written, told so that the writer can mend it."""

MESSAGES = {
    "not_understood": (
        "“{fragment}” was not understood as opening hours. "
        "Write for example “Mo-Fr 09:00-17:00” or “周一至周五 9:00-17:00”."
    ),
    "past_midnight": (
        "“{fragment}” goes past 24:00. "
        "Write an end after midnight as a time of the next day, such as 22:00-02:00."
    ),
    "bad_time": "“{fragment}” is not a time of day. Write hours 0 to 24 and minutes 00 to 59, such as 08:30.",
    "same_time": (
        "“{fragment}” begins and ends at the same time. Write 00:00-24:00 if it is open round the clock; "
        "if not, give the time it closes."
    ),
    "ambiguous": (
        "“{fragment}” can be read in more than one way. Write each span on the 24-hour clock, with its days."
    ),
    "overlap": "“{fragment}”: spans of one day overlap. Write each open span once.",
    "break_outside": "The break “{fragment}” is not inside the open hours of its day.",
    "open_end": "“{fragment}” has no closing time. Write the time it closes.",
    "missing_hours": "“{fragment}” leaves the hours of some days open. Write the days and their hours.",
    "seasonal": (
        "“{fragment}” holds only in a part of the year, and weekly hours cannot say that. "
        "Write the hours in force now; public holidays are kept in the table of special days."
    ),
    "unsupported": (
        "“{fragment}” cannot be kept as weekly hours. Write the open spans of each weekday instead."
    ),
    "too_long": "The opening hours are longer than {fragment} characters. Write the weekly hours only.",
}


class HoursError(ValueError):
    """Opening hours that were not understood.

    `code` is a key of MESSAGES and `fragment` the part of the text that it is about, so that a page can show
    `gettext(MESSAGES[error.code]).format(fragment=error.fragment)`.
    """

    def __init__(self, code: str, fragment: str) -> None:
        self.code = code
        self.fragment = fragment
        super().__init__(code, fragment)

    def __str__(self) -> str:
        return MESSAGES[self.code].format(fragment=self.fragment)
