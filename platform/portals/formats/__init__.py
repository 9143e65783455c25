"""How dates, times and figures are written where Django's own formats of a language are not North America's.

The browser's date fields send and take ISO 8601 in every language.
"""
