CREATE TABLE IF NOT EXISTS @@prefix@@version (
	namespace VARCHAR(200) NOT NULL,
	epoch VARCHAR(100) NOT NULL,
	revision BIGINT NOT NULL,
	deletions_since BIGINT NOT NULL,
	PRIMARY KEY (namespace)
);

CREATE TABLE IF NOT EXISTS @@prefix@@document (
	namespace VARCHAR(200) NOT NULL,
	name_hash CHAR(64) NOT NULL,
	name VARCHAR(1500) NOT NULL,
	revision BIGINT NOT NULL,
	written BIGINT NOT NULL,
	content_hash VARCHAR(200),
	detail VARCHAR(4000) NOT NULL,
	PRIMARY KEY (name_hash, namespace)
);

CREATE INDEX IF NOT EXISTS @@index_prefix@@written ON @@prefix@@document (namespace, written);

CREATE TABLE IF NOT EXISTS @@prefix@@content (
	namespace VARCHAR(200) NOT NULL,
	content_hash VARCHAR(200) NOT NULL,
	content BINARY LARGE OBJECT NOT NULL,
	PRIMARY KEY (content_hash, namespace)
);

CREATE TABLE IF NOT EXISTS @@prefix@@report (
	namespace VARCHAR(200) NOT NULL,
	instance VARCHAR(200) NOT NULL,
	report CHARACTER LARGE OBJECT NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (namespace, instance)
);
