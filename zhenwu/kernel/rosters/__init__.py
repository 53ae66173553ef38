"""值班排班: posts to be manned, people who can be asked, rosters put together, checked, written and exchanged."""
