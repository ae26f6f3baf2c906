"""Changes: what differs between two states of a source, and what of it deserves a person's look.

State before, State after, Memory ─► watch ─► Change, suppressions, Memory

watching.py      one step, from end to end
compare.py       documents, block by block; claims.py claims, words.py words
noise.py         differences that say nothing new, by what context.py, wording.py, phrases.py and rotation.py know
memory.py        what a source's own history has taught; records.py and stored.py, as it is kept
rules.py         what a person laid down for one source
doubting.py      what is looked at twice before it is believed; evidence.py claims whose words are gone
significance.py  how much it matters; telling.py what is said of it
health.py        a source that itself needs a person

Each is imported by who needs it: of all this, a look that finds nothing new needs only the last.
"""
