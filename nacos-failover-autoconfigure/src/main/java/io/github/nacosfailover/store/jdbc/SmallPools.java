package io.github.nacosfailover.store.jdbc;

import java.sql.SQLException;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;

/**
 * Tells pools that cannot spare a connection for good.
 */
final class SmallPools {

	private static final int ENOUGH = 4;

	private SmallPools() {
	}

	static boolean contain(DataSource dataSource) {
		try {
			return dataSource.isWrapperFor(HikariDataSource.class)
					&& dataSource.unwrap(HikariDataSource.class).getMaximumPoolSize() < ENOUGH;
		}
		catch (SQLException | NoClassDefFoundError ex) {
			// Another pool, or none.
			return false;
		}
	}

}
