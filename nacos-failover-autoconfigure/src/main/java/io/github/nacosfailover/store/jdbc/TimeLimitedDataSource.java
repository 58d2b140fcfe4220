package io.github.nacosfailover.store.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Lets connections fail that get no answer: a query timeout alone is up to the server,
 * and the thread of a connection to a server that is stopped would wait for ever. The
 * connection's own time limit is back in place when it is closed, as not every pool sees
 * to that.
 */
final class TimeLimitedDataSource extends DelegatingDataSource {

	private final int millis;

	TimeLimitedDataSource(DataSource target, Duration limit) {
		super(target);
		this.millis = (int) Math.min(limit.toMillis(), Integer.MAX_VALUE);
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		int before;
		try {
			before = connection.getNetworkTimeout();
			connection.setNetworkTimeout(Runnable::run, this.millis);
		}
		catch (SQLException | AbstractMethodError ex) {
			// An embedded database, say, that has no network.
			return connection;
		}
		return limited(connection, before);
	}

	private static Connection limited(Connection connection, int before) {
		return (Connection) Proxy.newProxyInstance(TimeLimitedDataSource.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("close") && !connection.isClosed()) {
						restore(connection, before);
					}
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	private static void restore(Connection connection, int before) {
		try {
			connection.setNetworkTimeout(Runnable::run, before);
		}
		catch (SQLException ex) {
			// It is broken and about to be closed.
		}
	}

}
