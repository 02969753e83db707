"""/console: the operators' pages, over the operators' use cases.

frame       what surrounds each page, and what all of them share
routes      all pages; only operators open them, which is decided there
"""
