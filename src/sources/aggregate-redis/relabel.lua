-- Gives one event of a record its label, unless it has one that was reported later. Nothing if the event is gone.
-- KEYS: the record. ARGV: 5 doubles: time, id, label, reportedAtMs, and the label that is known to be in the record,
-- which is needed of an event whose id was forgotten since it went into a bucket.
local time, id, label, reported, before = struct.unpack('<ddddd', ARGV[1])
return relabel(KEYS[1], load(redis.call('GET', KEYS[1])), time, id, label, reported, before)
