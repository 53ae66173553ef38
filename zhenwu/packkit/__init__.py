"""Reads, checks and scaffolds business packs. Pure: nothing here touches a database or runs a pack's code."""

from zhenwu.packkit.pack import Pack, check_pack, check_packs, folders, load_pack, load_packs, warn_pack
from zhenwu.packkit.scaffold import new_pack

__all__ = ["Pack", "check_pack", "check_packs", "folders", "load_pack", "load_packs", "new_pack", "warn_pack"]
