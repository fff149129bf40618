"""Numbers in addresses and hidden fields, where anything may stand."""


def whole_number(text: str, *, digits: int = 15) -> int | None:
    """The number a text is, None for anything but 1 to `digits` digits 0–9. (`isdigit` says yes to ² as well.)"""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
