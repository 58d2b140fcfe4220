package io.github.nacosfailover.autoconfigure;

import javax.sql.DataSource;

import io.github.nacosfailover.spring.property.InvalidFailoverPropertyException;
import io.github.nacosfailover.spring.property.NamedBean;
import io.github.nacosfailover.store.document.DocumentsFactory;
import io.github.nacosfailover.store.jdbc.JdbcDocumentsFactory;
import io.github.nacosfailover.store.jdbc.SchemaHints;
import io.github.nacosfailover.store.jdbc.SchemaInitialization;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.ImportRuntimeHints;

/**
 * Shared documents in a relational database.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "nacos.failover.store", havingValue = "jdbc")
@ConditionalOnMissingBean(DocumentsFactory.class)
class JdbcStoreConfiguration {

	private static final String JDBC_TEMPLATE = "org.springframework.jdbc.core.JdbcTemplate";

	private static final String CURE = "Add the dependency spring-boot-starter-jdbc and a driver and set "
			+ "spring.datasource.*, or set nacos.failover.store=disk";

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = JDBC_TEMPLATE)
	@ImportRuntimeHints(SchemaHints.class)
	static class SpringJdbcConfiguration {

		@Bean
		DocumentsFactory nacosFailoverJdbcDocumentsFactory(NacosFailoverProperties properties,
				ListableBeanFactory beanFactory) {
			properties.validate();
			JdbcStoreProperties jdbc = properties.getJdbc();
			NamedBean<DataSource> dataSource = NamedBean.find(beanFactory, DataSource.class,
					"nacos.failover.jdbc.data-source", jdbc.getDataSource(), "jdbc", CURE);
			return new JdbcDocumentsFactory(dataSource.bean(), dataSource.name(), jdbc.getTablePrefix(),
					SchemaInitialization.valueOf(jdbc.getInitializeSchema().name()), jdbc.getTimeout(),
					jdbc.isListen());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass(JDBC_TEMPLATE)
	static class MissingConfiguration {

		@Bean
		DocumentsFactory nacosFailoverJdbcDocumentsFactory() {
			throw new InvalidFailoverPropertyException("nacos.failover.store", "jdbc",
					"Spring JDBC is not on the class path", CURE);
		}

	}

}
