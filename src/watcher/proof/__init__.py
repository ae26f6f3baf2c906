"""The proof of one change, as a file that others check without Watcher, and without trusting who made it.

bundle.py         a change of a ledger → a ZIP: payloads, documents, sealed rows, chain
check_proof.py    the script that checks it; the standard library of Python is all it needs
"""

from watcher.proof.bundle import SCRIPT, proof_of

__all__ = ["SCRIPT", "proof_of"]
