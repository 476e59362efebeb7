"""The tables of check-ins over the years: months, expiry, recount, the past in bulk, and the upkeep that sees to it."""
