"""The chat in Telegram. The only folder that imports telegram.

Everything that must survive a kill goes through one SQLite file (`state`): an
update is in the `inbox` before Telegram is told that it arrived, a question or a
new story is an errand (`errands`) until it is done, and a message is in the
`outbox` until Telegram has it.
"""
