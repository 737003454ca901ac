-- Gives one event of a record its label.
-- KEYS: the record. ARGV: 7 doubles: time, id, label, reportedAtMs, whether the request's entry knows that the record has
-- the event (1 or 0), the label it has then, keepMs of a label that comes before its event.
-- Answers as `relabel` in record.lua.
local time, id, label, reported, is_known, before, keep = struct.unpack('<ddddddd', ARGV[1])
return relabel(KEYS[1], load(redis.call('GET', KEYS[1])), time, id, label, reported, is_known == 1, before, keep)
