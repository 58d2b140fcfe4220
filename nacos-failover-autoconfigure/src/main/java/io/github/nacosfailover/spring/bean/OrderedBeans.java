package io.github.nacosfailover.spring.bean;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Finds the beans of a type in the order that the application gives them.
 */
public final class OrderedBeans {

	private OrderedBeans() {
	}

	/**
	 * Finds the beans of a type.
	 * @param <T> the type
	 * @param beanFactory where to look
	 * @param type the type
	 * @return the beans by their names, in order
	 */
	public static <T> Map<String, T> byName(ListableBeanFactory beanFactory, Class<T> type) {
		Map<String, T> byName = beanFactory.getBeansOfType(type);
		Map<String, T> ordered = new LinkedHashMap<>();
		beanFactory.getBeanProvider(type)
			.orderedStream()
			.forEach((bean) -> byName.entrySet()
				.stream()
				.filter((entry) -> entry.getValue() == bean)
				.findFirst()
				.ifPresent((entry) -> ordered.put(entry.getKey(), bean)));
		return ordered;
	}

}
