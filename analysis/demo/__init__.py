"""The demonstration city: made-up stations, people, activity and check-ins over the real outlines of the districts.

Everything follows from a seed and a date, is marked as demonstration data in its row, and names no real host, person or number.
It stands in `analysis` because it fills every table from the districts up to the activity datasets, and imports run one way.

`city.py` where people work; `people.py` unions and logins; `places.py` stations; `filings.py` filings;
`visits.py` check-ins; `work.py` activity.
"""
