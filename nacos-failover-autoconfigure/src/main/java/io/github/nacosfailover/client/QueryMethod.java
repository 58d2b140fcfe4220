package io.github.nacosfailover.client;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.List;

import com.alibaba.nacos.api.naming.NamingService;
import io.github.nacosfailover.backup.Backup;
import io.github.nacosfailover.backup.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * A query method of {@link NamingService} and the positions of its arguments, derived
 * from the parameter types, so that overloads of later versions are supported too.
 *
 * @param kind the kind of query
 * @param group index of the group, -1 for the default group
 * @param clusters index of the clusters, -1 for all
 * @param healthy index of the state to select, -1 if there is none
 */
record QueryMethod(Kind kind, int group, int clusters, int healthy) {

	static @Nullable QueryMethod of(Method method) {
		Kind kind = switch (method.getName()) {
			case "getAllInstances" -> Kind.ALL;
			case "selectInstances" -> Kind.SELECT;
			case "selectOneHealthyInstance" -> Kind.ONE;
			default -> null;
		};
		Class<?>[] types = method.getParameterTypes();
		if (kind == null || types.length == 0 || types[0] != String.class) {
			return null;
		}
		int group = -1;
		int clusters = -1;
		int healthy = -1;
		for (int i = 1; i < types.length; i++) {
			if (types[i] == String.class && group == -1) {
				group = i;
			}
			else if (types[i] == List.class && clusters == -1) {
				clusters = i;
			}
			else if (types[i] == boolean.class) {
				healthy = (kind == Kind.SELECT && healthy == -1) ? i : healthy;
			}
			else {
				return null;
			}
		}
		return (kind == Kind.SELECT && healthy == -1) ? null : new QueryMethod(kind, group, clusters, healthy);
	}

	String group(@Nullable Object[] arguments) {
		Object group = (this.group != -1) ? arguments[this.group] : ServiceKey.DEFAULT_GROUP;
		return (group != null) ? (String) group : "";
	}

	@SuppressWarnings("unchecked")
	@Nullable Collection<String> clusters(@Nullable Object[] arguments) {
		return (this.clusters != -1) ? (Collection<String>) arguments[this.clusters] : null;
	}

	/**
	 * Answer the query from a backup.
	 * @return the answer, or {@code null} if the backup has none and the client answers
	 */
	@Nullable Object answer(Backup backup, @Nullable Collection<String> clusters, @Nullable Object[] arguments) {
		return switch (this.kind) {
			case ALL -> backup.all(clusters);
			case SELECT -> backup.select(clusters, Boolean.TRUE.equals(arguments[this.healthy]));
			case ONE -> backup.selectOne(clusters);
		};
	}

	/**
	 * Whether the caller gets an exception: the stock client throws the same if there are
	 * instances, but none that can be selected.
	 */
	boolean isForClient(Throwable ex) {
		return this.kind == Kind.ONE && ex instanceof IllegalStateException;
	}

	/** The kind of query. */
	enum Kind {

		ALL, SELECT, ONE

	}

}
