-- Answers the reports that have not expired, each by instance and text.
-- KEYS: reports, expiry
local reports, expiry = unpack(KEYS)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local valid = {}
for _, instance in ipairs(redis.call('ZRANGEBYSCORE', expiry, '(' .. string.format('%.0f', now), '+inf')) do
	local text = redis.call('HGET', reports, instance)
	if text then
		valid[#valid + 1] = instance
		valid[#valid + 1] = text
	end
end
return valid
