"""What is held, in the formats of others.

warc.py           snapshots, as web archives keep them
datapackage.py    the registry's claims, changes and sources as a Frictionless data package
"""
