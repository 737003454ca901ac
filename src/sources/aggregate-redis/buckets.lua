-- Buckets of a record, as ../aggregate/buckets.ts describes them. What is called a record here has `buckets`, `retain` and
-- the sketches: as one text in `sketch_bytes` until `sketches` has them row by row.
local BUCKET = 88
local BUCKETS_PER_RETENTION, BUCKETS_MAX = 256, 512
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

local function label_or_0(label)
  if label ~= label then return 0 end
  return label
end

-- Two sketches for each bucket: of its values, of its labels.
local function sketches_of(record)
  if record.sketches then return record.sketches end
  local sketches, from = {}, 1
  for index = 0, #record.buckets / BUCKET - 1 do
    local values, labels = struct.unpack('<dd', record.buckets, index * BUCKET + 73)
    sketches[index + 1] = {
      string.sub(record.sketch_bytes, from, from + values - 1),
      string.sub(record.sketch_bytes, from + values, from + values + labels - 1),
    }
    from = from + values + labels
  end
  record.sketches = sketches
  return sketches
end

-- All of them as one text, of a length that doubles can follow.
local function dump_sketches(record)
  if not record.sketches then return record.sketch_bytes end
  local parts = {}
  for index, pair in ipairs(record.sketches) do
    parts[index * 2 - 1], parts[index * 2] = pair[1], pair[2]
  end
  local bytes = table.concat(parts)
  return bytes .. string.rep('\0', -#bytes % 8)
end

-- Events of this time or before are in buckets, all later ones are not.
local function folded_until(record)
  if record.buckets == '' then return -INF end
  return at(record.buckets, (#record.buckets - BUCKET) / 8)
end

-- The bucket of an event of this time: the first that is not older.
local function bucket_at(buckets, time)
  local up_to = count_up_to(buckets, BUCKET, time)
  if up_to > 0 and at(buckets, (up_to - 1) * 11) == time then return up_to - 1 end
  return up_to
end

local function bucket_row(buckets, index)
  local row = { struct.unpack('<ddddddddddd', buckets, index * BUCKET + 1) }
  row[12] = nil
  return row
end

-- Puts a row in place of the `replaced` (1 or 0) rows at this index.
local function put_row(record, index, replaced, row)
  local from = index * BUCKET
  local bytes = struct.pack('<ddddddddddd', unpack(row))
  record.buckets = splice(record.buckets, from, from + replaced * BUCKET, bytes)
end

local function add_to_summary(row, first, number)
  row[first] = row[first] + 1
  row[first + 1] = row[first + 1] + number
  row[first + 2] = math.min(row[first + 2], number)
  row[first + 3] = math.max(row[first + 3], number)
end

-- Adds a number to sketch 1 (values) or 2 (labels) of a bucket, and notes its length in the row.
local function add_to_sketches(pair, row, which, number)
  pair[which] = add_to_sketch(pair[which], number)
  row[9 + which] = #pair[which]
end

local function add_to_buckets(record, time, value, label)
  local buckets, span, sketches = record.buckets, record.retain / BUCKETS_PER_RETENTION, sketches_of(record)
  local index = bucket_at(buckets, time)
  local function is_in(other)
    if other < 0 or other * BUCKET >= #buckets then return false end
    return math.floor(at(buckets, other * 11) / span) == math.floor(time / span)
  end
  local known = is_in(index)
  if not known and is_in(index - 1) then
    index = index - 1
    known = true
  end
  if not known then table.insert(sketches, index + 1, { '', '' }) end
  local row = known and bucket_row(buckets, index) or { time, 0, 0, INF, -INF, 0, 0, INF, -INF, 0, 0 }
  local pair = sketches[index + 1]
  row[1] = math.max(row[1], time)
  if value == value then
    add_to_summary(row, 2, value)
    add_to_sketches(pair, row, 1, value)
  end
  label = label_or_0(label)
  add_to_summary(row, 6, label)
  add_to_sketches(pair, row, 2, label)
  put_row(record, index, known and 1 or 0, row)
end

-- The least and greatest label of a bucket, and its different labels, remain those of all labels it ever had.
local function relabel_in_buckets(record, time, before, label)
  local index = bucket_at(record.buckets, time)
  local row = bucket_row(record.buckets, index)
  row[7] = row[7] + label - label_or_0(before)
  row[8] = math.min(row[8], label)
  row[9] = math.max(row[9], label)
  add_to_sketches(sketches_of(record)[index + 1], row, 2, label)
  put_row(record, index, 1, row)
end

local function drop_buckets_until(record, time)
  local dropped = count_up_to(record.buckets, BUCKET, time)
  if dropped == 0 then return end
  local kept = {}
  for index, pair in ipairs(sketches_of(record)) do
    if index > dropped then kept[index - dropped] = pair end
  end
  record.sketches = kept
  record.buckets = string.sub(record.buckets, dropped * BUCKET + 1)
end
