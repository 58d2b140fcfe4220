CREATE TABLE IF NOT EXISTS @@prefix@@version (
	namespace VARCHAR(200) NOT NULL,
	epoch VARCHAR(100) NOT NULL,
	revision BIGINT NOT NULL,
	deletions_since BIGINT NOT NULL,
	PRIMARY KEY (namespace)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS @@prefix@@document (
	namespace VARCHAR(200) NOT NULL,
	name_hash CHAR(64) NOT NULL,
	name VARCHAR(1500) NOT NULL,
	revision BIGINT NOT NULL,
	written BIGINT NOT NULL,
	content_hash VARCHAR(200),
	detail VARCHAR(4000) NOT NULL,
	PRIMARY KEY (name_hash, namespace),
	INDEX @@index_prefix@@written (namespace, written)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS @@prefix@@content (
	namespace VARCHAR(200) NOT NULL,
	content_hash VARCHAR(200) NOT NULL,
	content LONGBLOB NOT NULL,
	PRIMARY KEY (content_hash, namespace)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS @@prefix@@report (
	namespace VARCHAR(200) NOT NULL,
	instance VARCHAR(200) NOT NULL,
	report MEDIUMTEXT NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (namespace, instance)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
