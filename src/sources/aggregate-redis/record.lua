-- One key's record, and what the scripts that change it share. All numbers are little-endian doubles:
--   header    retainMs, newestMs, goneUntilMs, lengths of the buckets, of the sketches, of the notes (all in doubles)
--   buckets   rows of 11, as ../aggregate/buckets.ts describes them; oldest first
--   sketches  of all buckets, filled up with zeros
--   notes     rows of 5: time, kind, label, id, reportedAtMs
--   events    rows of 5: time, value, label, id, reportedAtMs of the label; oldest first. NaN: no value, no label
-- What happens to a record is what ../aggregate/record.ts says, step by step. The ids, and the times at which labels were
-- reported, are added so that each step may be repeated: as long as the entry of its request does not know that an event
-- is in the record, its id stays with the record. In a row the id is -1 - id once the entry knows; in a bucket there are
-- no ids, so that those of the unknown are noted (kind 0). Noted are also a label that comes before its event (kind 1), and
-- the last labels that events in buckets were given (kind 2), so that who knows of an older one cannot take that away again.
local HEADER, ROW = 48, 40
local FOLDED, EARLY, LABELLED, LABELLED_MAX = 0, 1, 2, 256
local SLACK = 1 + 1 / 32

local function load(bytes)
  if not bytes or bytes == '' then
    return { retain = 0, newest = -INF, gone = -INF, buckets = '', sketch_bytes = '', notes = '', events = '' }
  end
  local retain, newest, gone, buckets, sketches, notes = struct.unpack('<dddddd', bytes)
  local sketches_at = HEADER + buckets * 8
  local notes_at = sketches_at + sketches * 8
  local events_at = notes_at + notes * 8
  return {
    retain = retain,
    newest = newest,
    gone = gone,
    buckets = string.sub(bytes, HEADER + 1, sketches_at),
    sketch_bytes = string.sub(bytes, sketches_at + 1, notes_at),
    notes = string.sub(bytes, notes_at + 1, events_at),
    events = string.sub(bytes, events_at + 1),
    events_at = events_at,
  }
end

local function dump(record)
  local sketches = dump_sketches(record)
  local lengths = struct.pack('<ddd', #record.buckets / 8, #sketches / 8, #record.notes / 8)
  local times = struct.pack('<ddd', record.retain, record.newest, record.gone)
  return times .. lengths .. record.buckets .. sketches .. record.notes .. record.events
end

-- Writes a record down, for at least so long.
local function store(key, record, keep)
  redis.call('SET', key, dump(record), 'PX', string.format('%.0f', math.max(keep, redis.call('PTTL', key))))
end

local function keep_longer(key, keep)
  if redis.call('PTTL', key) < keep then redis.call('PEXPIRE', key, string.format('%.0f', keep)) end
end

local function drop_until(record, time)
  if time <= record.gone then return end
  record.gone = time
  drop_buckets_until(record, time)
  record.events = string.sub(record.events, count_up_to(record.events, ROW, time) * ROW + 1)
  for from = #record.notes - ROW, 0, -ROW do
    if at(record.notes, from / 8) <= time then record.notes = splice(record.notes, from, from + ROW, '') end
  end
end

local function is_id(known, id)
  return known == id or known == -1 - id
end

-- Where the row of an event begins, in bytes; nil if it is not kept one by one.
local function find_event(events, time, id)
  local from = (count_up_to(events, ROW, time) - 1) * ROW
  while from >= 0 and at(events, from / 8) == time do
    if is_id(at(events, from / 8 + 3), id) then return from end
    from = from - ROW
  end
  return nil
end

-- Where a note begins, in bytes; nil if there is none.
local function find_note(record, kind, id)
  local bytes, from = struct.pack('<d', id), 1
  while true do
    local found = string.find(record.notes, bytes, from, true)
    if not found then return nil end
    local row = found - 25
    if row % ROW == 0 and at(record.notes, row / 8 + 1) == kind then return row end
    from = found + 1
  end
end

-- The note of an event that is in a bucket, and its kind.
local function find_in_bucket(record, id)
  local folded = find_note(record, FOLDED, id)
  if folded then return folded, FOLDED end
  return find_note(record, LABELLED, id), LABELLED
end

local function drop_note(record, from)
  record.notes = splice(record.notes, from, from + ROW, '')
end

local function put_note(record, from, kind, time, id, label, reported)
  local row = struct.pack('<ddddd', time, kind, label, id, reported)
  if from then
    record.notes = splice(record.notes, from, from + ROW, row)
  else
    record.notes = record.notes .. row
  end
end

local function bound_labelled(record)
  local count, oldest = 0, nil
  for from = #record.notes - ROW, 0, -ROW do
    if at(record.notes, from / 8 + 1) == LABELLED then count, oldest = count + 1, from end
  end
  if count > LABELLED_MAX then drop_note(record, oldest) end
end

local function bound_buckets(record)
  local surplus = #record.buckets / BUCKET - BUCKETS_MAX
  if surplus > 0 then drop_until(record, at(record.buckets, (surplus - 1) * 11)) end
end

local function fold(record, time, value, label, id, reported)
  add_to_buckets(record, time, value, label)
  if id >= 0 then put_note(record, nil, FOLDED, time, id, label, reported) end
end

-- A few more are kept one by one than must be: folding copies the whole record, which is to be seldom.
local function is_over(events, limit)
  return events > limit + math.floor(limit / 32)
end

-- Events of one time stay together.
local function fold_oldest(record, limit)
  local surplus = #record.events / ROW - limit
  if not is_over(#record.events / ROW, limit) then return end
  local up_to = count_up_to(record.events, ROW, at(record.events, (surplus - 1) * 5))
  for index = 0, up_to - 1 do
    local time, value, label, id, reported = struct.unpack('<ddddd', record.events, index * ROW + 1)
    fold(record, time, value, label, id, reported)
  end
  record.events = string.sub(record.events, up_to * ROW + 1)
  bound_buckets(record)
end

-- Gives an event of the record its label, unless it has one that was reported later or it is gone. `is_known`: the entry
-- of its request knows that the record has the event, then with the label `before`. Answers 0: there was nothing to do,
-- 1: done, 2: left for the event, which is not here.
local function relabel(key, record, time, id, label, reported, is_known, before, keep)
  local from = find_event(record.events, time, id)
  if from then
    if at(record.events, from / 8 + 4) >= reported then return 0 end
    redis.call('SETRANGE', key, record.events_at + from + 16, struct.pack('<d', label))
    redis.call('SETRANGE', key, record.events_at + from + 32, struct.pack('<d', reported))
    return 1
  end
  if time <= record.gone then return 0 end
  local early = find_note(record, EARLY, id)
  local noted, kind = find_in_bucket(record, id)
  if not noted and not is_known then
    if early and at(record.notes, early / 8 + 4) >= reported then return 2 end
    put_note(record, early, EARLY, time, id, label, reported)
    store(key, record, keep)
    return 2
  end
  if time > folded_until(record) then return 0 end
  if noted and at(record.notes, noted / 8 + 4) >= reported then return 0 end
  if noted then before = at(record.notes, noted / 8 + 2) end
  put_note(record, noted, kind, time, id, label, reported)
  -- Left when the entry did not know yet that the event was counted.
  if early then drop_note(record, early) end
  bound_labelled(record)
  relabel_in_buckets(record, time, before, label)
  store(key, record, 0)
  return 1
end
