"""Published claims and the studies that test them: one .toml file per claim, all fixed beforehand.

``claim.py`` says what a claim file holds, ``rules.py`` how its statements are decided.
"""
