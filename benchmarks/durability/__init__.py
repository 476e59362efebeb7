"""Proof that nothing acknowledged is lost: a site is driven by many phones while its parts are killed, and then audited.

    var/venv/bin/python -m benchmarks.durability --minutes 30 --rate 100 --kills 20
    var/venv/bin/python -m benchmarks.durability --control

`plan` says who checks in when; `phones` send it, in open loop and stubbornly; `journal` keeps what was acknowledged, `faults`
kills and restarts; `audit` compares the journal with the database; `run` puts them together. Chapter 4, 1 (2).
"""
