-- Writes documents if the version is still the one that the write is based on, and all contents that it needs are there.
-- Answers 1 if it has, 0 if there is another version, or 0 and the hashes of contents that are missing.
-- KEYS: version, documents, changes, deleted, contents
-- ARGV: channel, message for it, epoch and revision of the basis (empty if none), epoch and revision of the result,
--       number of deletions to remember, number of contents needed and their hashes,
--       number of documents, then name, value and 1 if deleted of each, then the hashes of obsolete contents
local version, documents, changes, deleted, contents = unpack(KEYS)
local current = redis.call('HMGET', version, 'epoch', 'revision', 'size')
-- What an eviction has left of the documents counts as nothing, as it does for readers.
if not current[1] or redis.call('HLEN', documents) ~= tonumber(current[3])
		or redis.call('ZCARD', changes) ~= tonumber(current[3]) then
	current = { '', '' }
end
if current[1] ~= ARGV[3] or current[2] ~= ARGV[4] then
	return { 0 }
end

local argument = 9
local missing = { 0 }
for _ = 1, tonumber(ARGV[8]) do
	if redis.call('HEXISTS', contents, ARGV[argument]) == 0 then
		missing[#missing + 1] = ARGV[argument]
	end
	argument = argument + 1
end
if #missing > 1 then
	return missing
end

-- The first command to write is one that a full or read-only server refuses: all or nothing.
local revision = ARGV[6]
redis.call('HSET', version, 'epoch', ARGV[5], 'revision', revision)
if ARGV[3] ~= ARGV[5] then
	redis.call('HSET', version, 'since', revision)
end
if ARGV[3] == '' then
	redis.call('DEL', documents, changes, deleted)
end

local count = tonumber(ARGV[argument])
argument = argument + 1
for _ = 1, count do
	local name = ARGV[argument]
	redis.call('HSET', documents, name, ARGV[argument + 1])
	redis.call('ZADD', changes, revision, name)
	if ARGV[argument + 2] == '1' then
		redis.call('ZADD', deleted, revision, name)
	else
		redis.call('ZREM', deleted, name)
	end
	argument = argument + 3
end
for i = argument, #ARGV do
	redis.call('HDEL', contents, ARGV[i])
end

local surplus = redis.call('ZCARD', deleted) - tonumber(ARGV[7])
if surplus > 0 then
	local oldest = redis.call('ZRANGE', deleted, 0, surplus - 1, 'WITHSCORES')
	for i = 1, #oldest, 2 do
		redis.call('HDEL', documents, oldest[i])
		redis.call('ZREM', changes, oldest[i])
	end
	redis.call('ZREMRANGEBYRANK', deleted, 0, surplus - 1)
	redis.call('HSET', version, 'since', oldest[#oldest])
end
redis.call('HSET', version, 'size', redis.call('HLEN', documents))
-- A user who may not publish can write all the same: readers poll.
redis.pcall('PUBLISH', ARGV[1], ARGV[2])
return { 1 }
