-- One key's record, and what the scripts that change it share. All numbers are little-endian doubles:
--   header   retainMs, newestMs, goneUntilMs, length of the buckets, length of the folded ids (both in doubles)
--   buckets  rows of 9: time, then count, sum, least, greatest of the values, then of the labels; oldest first
--   folded   rows of 3: id, label, reportedAtMs of the events that went into buckets last; newest last
--   events   rows of 5: time, value, label, id, reportedAtMs of the label; oldest first. NaN: no value, no label
-- What happens to a record is what ../aggregate/record.ts and ../aggregate/buckets.ts say, step by step; the ids, and
-- the times at which labels were reported, are added so that each step may be repeated.
local HEADER, BUCKET, FOLDED, EVENT = 40, 72, 24, 40
local BUCKETS_PER_RETENTION, BUCKETS_MAX, FOLDED_MAX = 256, 512, 256
local SLACK = 1 + 1 / 32
local INF = math.huge

local function at(rows, index)
  return (struct.unpack('<d', rows, index * 8 + 1))
end

local function count_up_to(rows, size, time)
  local low, high = 0, #rows / size
  while low < high do
    local middle = math.floor((low + high) / 2)
    if at(rows, middle * size / 8) <= time then low = middle + 1 else high = middle end
  end
  return low
end

-- The rows with `row` in place of the bytes after `from`, up to `to`.
local function splice(rows, from, to, row)
  return string.sub(rows, 1, from) .. row .. string.sub(rows, to + 1)
end

local function load(bytes)
  if not bytes or bytes == '' then
    return { retain = 0, newest = -INF, gone = -INF, buckets = '', folded = '', events = '' }
  end
  local retain, newest, gone, buckets, folded = struct.unpack('<ddddd', bytes)
  local folded_at = HEADER + buckets * 8
  local events_at = folded_at + folded * 8
  return {
    retain = retain,
    newest = newest,
    gone = gone,
    buckets = string.sub(bytes, HEADER + 1, folded_at),
    folded = string.sub(bytes, folded_at + 1, events_at),
    events = string.sub(bytes, events_at + 1),
  }
end

local function header(record)
  local buckets, folded = #record.buckets / 8, #record.folded / 8
  return struct.pack('<ddddd', record.retain, record.newest, record.gone, buckets, folded)
end

local function dump(record)
  return header(record) .. record.buckets .. record.folded .. record.events
end

local function drop_until(record, time)
  if time <= record.gone then return end
  record.gone = time
  record.buckets = string.sub(record.buckets, count_up_to(record.buckets, BUCKET, time) * BUCKET + 1)
  record.events = string.sub(record.events, count_up_to(record.events, EVENT, time) * EVENT + 1)
end

-- Events of this time or before are in buckets, all later ones are not.
local function folded_until(record)
  if record.buckets == '' then return -INF end
  return at(record.buckets, (#record.buckets - BUCKET) / 8)
end

-- Where the row of an event begins, in bytes; nil if it is not kept one by one.
local function find_event(record, time, id)
  local from = (count_up_to(record.events, EVENT, time) - 1) * EVENT
  while from >= 0 and at(record.events, from / 8) == time do
    if at(record.events, from / 8 + 3) == id then return from end
    from = from - EVENT
  end
  return nil
end

-- Where the row of a folded event begins, in bytes; nil if it is not among the last.
local function find_folded(record, id)
  for from = 0, #record.folded - FOLDED, FOLDED do
    if at(record.folded, from / 8) == id then return from end
  end
  return nil
end

local function remember_folded(record, id, label, reported)
  record.folded = record.folded .. struct.pack('<ddd', id, label, reported)
  local surplus = #record.folded - FOLDED_MAX * FOLDED
  if surplus > 0 then record.folded = string.sub(record.folded, surplus + 1) end
end

local function label_or_0(label)
  if label ~= label then return 0 end
  return label
end

-- The bucket of an event of this time: the first that is not older.
local function bucket_at(buckets, time)
  local up_to = count_up_to(buckets, BUCKET, time)
  if up_to > 0 and at(buckets, (up_to - 1) * 9) == time then return up_to - 1 end
  return up_to
end

local function add_to_summary(row, first, number)
  row[first] = row[first] + 1
  row[first + 1] = row[first + 1] + number
  row[first + 2] = math.min(row[first + 2], number)
  row[first + 3] = math.max(row[first + 3], number)
end

local function bucket_row(buckets, index)
  local row = { struct.unpack('<ddddddddd', buckets, index * BUCKET + 1) }
  row[10] = nil
  return row
end

local function fold(record, time, value, label)
  local buckets, span = record.buckets, record.retain / BUCKETS_PER_RETENTION
  local following = bucket_at(buckets, time)
  local function is_in(index)
    if index < 0 or index * BUCKET >= #buckets then return false end
    return math.floor(at(buckets, index * 9) / span) == math.floor(time / span)
  end
  local index = following
  local known = is_in(index)
  if not known and is_in(index - 1) then
    index = index - 1
    known = true
  end
  local row = known and bucket_row(buckets, index) or { time, 0, 0, INF, -INF, 0, 0, INF, -INF }
  row[1] = math.max(row[1], time)
  if value == value then add_to_summary(row, 2, value) end
  add_to_summary(row, 6, label_or_0(label))
  local from = index * BUCKET
  record.buckets = splice(buckets, from, known and from + BUCKET or from, struct.pack('<ddddddddd', unpack(row)))
end

local function bound_buckets(record)
  local surplus = #record.buckets / BUCKET - BUCKETS_MAX
  if surplus > 0 then drop_until(record, at(record.buckets, (surplus - 1) * 9)) end
end

-- A few more are kept one by one than must be: folding copies the whole record, which is to be seldom.
local function is_over(events, limit)
  return events > limit + math.floor(limit / 32)
end

-- Events of one time stay together.
local function fold_oldest(record, limit)
  local surplus = #record.events / EVENT - limit
  if not is_over(#record.events / EVENT, limit) then return end
  local up_to = count_up_to(record.events, EVENT, at(record.events, (surplus - 1) * 5))
  for index = 0, up_to - 1 do
    local time, value, label, id, reported = struct.unpack('<ddddd', record.events, index * EVENT + 1)
    fold(record, time, value, label)
    remember_folded(record, id, label, reported)
  end
  record.events = string.sub(record.events, up_to * EVENT + 1)
  bound_buckets(record)
end

-- Gives an event of the record its label, unless it has one that was reported later or it is gone. `before` is the label
-- it has, if its id was forgotten since it went into a bucket. Answers 1 if anything changed.
local function relabel(key, record, time, id, label, reported, before)
  local from = find_event(record, time, id)
  if from then
    if at(record.events, from / 8 + 4) >= reported then return 0 end
    local _, value = struct.unpack('<dd', record.events, from + 1)
    local row = struct.pack('<ddddd', time, value, label, id, reported)
    redis.call('SETRANGE', key, HEADER + #record.buckets + #record.folded + from, row)
    return 1
  end
  if time <= record.gone or time > folded_until(record) then return 0 end
  local known = find_folded(record, id)
  if known then
    if at(record.folded, known / 8 + 2) >= reported then return 0 end
    before = at(record.folded, known / 8 + 1)
    record.folded = splice(record.folded, known, known + FOLDED, struct.pack('<ddd', id, label, reported))
  else
    remember_folded(record, id, label, reported)
  end
  -- The least and greatest label of a bucket remain those of all labels it ever had.
  local index = bucket_at(record.buckets, time)
  local row = bucket_row(record.buckets, index)
  row[7] = row[7] + label - label_or_0(before)
  row[8] = math.min(row[8], label)
  row[9] = math.max(row[9], label)
  record.buckets = splice(record.buckets, index * BUCKET, (index + 1) * BUCKET, struct.pack('<ddddddddd', unpack(row)))
  redis.call('SET', key, dump(record), 'KEEPTTL')
  return 1
end
