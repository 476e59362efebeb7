"""What `./run` does: set the machine up, then serve, test or manage.

Standard library only: it runs before anything is there.
"""
