"""A small site of a provider that does not exist, and a fortnight of its history, played through the real thing.

facts ─► site (+ noise, pdf) ─► server ─► story (what happens on which day) ─► play (what a person reads)
"""
