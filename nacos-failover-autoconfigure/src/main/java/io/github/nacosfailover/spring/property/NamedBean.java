package io.github.nacosfailover.spring.property;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;

/**
 * A bean of the application's that a store is kept in.
 *
 * @param name what to call it in messages
 * @param bean the bean
 * @param <T> its type
 */
public record NamedBean<T>(String name, T bean) {

	/**
	 * Finds the bean that a property names, or else the only or primary one of its type.
	 * @param <T> type of the bean
	 * @param beanFactory where to look
	 * @param type type of the bean
	 * @param property the property
	 * @param name its value
	 * @param store value of {@code nacos.failover.store}
	 * @param cure what to do if there is no such bean
	 * @return the bean
	 * @throws InvalidFailoverPropertyException if there is none, or no single one
	 */
	public static <T> NamedBean<T> find(ListableBeanFactory beanFactory, Class<T> type, String property,
			@Nullable String name, String store, String cure) {
		if (name != null) {
			try {
				return new NamedBean<>("'%s'".formatted(name), beanFactory.getBean(name, type));
			}
			catch (NoSuchBeanDefinitionException | BeanNotOfRequiredTypeException ex) {
				throw new InvalidFailoverPropertyException(property, name,
						"there is no such bean of type " + type.getSimpleName(), "Set it to one of %s, or remove it"
							.formatted(String.join(", ", beanFactory.getBeanNamesForType(type))));
			}
		}
		try {
			return new NamedBean<>("the application", beanFactory.getBean(type));
		}
		catch (NoUniqueBeanDefinitionException ex) {
			throw new InvalidFailoverPropertyException("nacos.failover.store", store,
					"there are several beans of type " + type.getSimpleName(), "Set %s to one of %s".formatted(property,
							String.join(", ", beanFactory.getBeanNamesForType(type))));
		}
		catch (NoSuchBeanDefinitionException ex) {
			if (ex.getBeanType() != type) {
				throw ex;
			}
			throw new InvalidFailoverPropertyException("nacos.failover.store", store,
					"there is no bean of type " + type.getSimpleName(), cure);
		}
	}

}
