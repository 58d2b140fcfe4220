package io.github.nacosfailover.store.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

import com.alibaba.nacos.client.env.NacosClientProperties;
import com.alibaba.nacos.client.naming.backups.datasource.DiskFailoverDataSource;
import com.alibaba.nacos.client.naming.utils.CacheDirUtil;
import io.github.nacosfailover.source.SwitchState;
import io.github.nacosfailover.testsupport.FailoverFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The switch file as the stock client reads it.
 */
class SwitchFileTests {

	@TempDir
	Path home;

	private DiskFailoverDataSource stock;

	private FailoverFiles files;

	private SwitchFile ours;

	private long time = 1_000_000;

	@BeforeEach
	void createStockClientsSource() {
		NacosClientProperties properties = NacosClientProperties.PROTOTYPE.derive();
		properties.setProperty("JM.SNAPSHOT.PATH", this.home.toString());
		this.files = new FailoverFiles(Path.of(CacheDirUtil.initCacheDir("public", properties), "failover"));
		this.stock = new DiskFailoverDataSource();
		this.ours = new SwitchFile(this.files.directory());
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "1\n", "1\r\n", " 1 \r\n", "\t1", "\n\n1\n", "# on until Monday\n1\n", "on\n1",
			"1\n0", "x\n1\n0\n", "01\n1", "1\nnonsense" })
	void isOn(String content) throws Exception {
		write("0");
		assertThat(stockReads()).isFalse();
		write(content);
		assertThat(this.ours.read().enabled()).isTrue();
		assertThat(stockReads()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "0\n", "0\r\n", " 0 \r\n", "# 1\n0", "0\n1", "1 # on\n0\n1", "11\n0" })
	void isOff(String content) throws Exception {
		write("1");
		assertThat(stockReads()).isTrue();
		write(content);
		assertThat(this.ours.read().enabled()).isFalse();
		assertThat(stockReads()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\n", "true", "on", "01", "1 # on", "10", "1;", "1\rx", "1\fx" })
	void saysNeither(String content) throws Exception {
		for (String before : new String[] { "1", "0" }) {
			write(before);
			assertThat(stockReads()).isEqualTo(before.equals("1"));
			write(content);
			assertThat(this.ours.read()).isNull();
			assertThat(stockReads()).isEqualTo(before.equals("1"));
		}
	}

	/** The stock client reads the charset of the platform, and does not understand it. */
	@ParameterizedTest
	@ValueSource(strings = { "UTF-8", "UTF-16LE", "UTF-16BE" })
	void isReadInTheEncodingsOfToolsOfWindows(String charset) throws Exception {
		for (String mark : new String[] { "\uFEFF", "" }) {
			for (String content : new String[] { "1", "1\r\n", "0", "# on until Monday\r\n0\r\n1" }) {
				Files.write(this.ours.path(), (mark + content).getBytes(charset));
				assertThat(this.ours.read().enabled()).as(mark + content).isEqualTo(content.startsWith("1"));
			}
			Files.write(this.ours.path(), (mark + "on").getBytes(charset));
			assertThat(this.ours.read()).isNull();
		}
	}

	@Test
	void missingIsOff() throws Exception {
		assertThat(this.ours.read()).isEqualTo(SwitchState.OFF);
		assertThat(stockReads()).isFalse();
	}

	@Test
	void switchThatSaysNeitherKeepsTheLastStateAndIsListed() throws Exception {
		write("1");
		DiskStore store = new DiskStore(this.files.directory(), 1000);
		write("on");
		store.scan();
		assertThat(store.state().failoverSwitch().enabled()).isTrue();
		assertThat(store.problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.location()).endsWith(FailoverFiles.SWITCH);
			assertThat(problem.message()).contains("write 0 or 1");
		});
		write("0");
		store.scan();
		assertThat(store.state().failoverSwitch().enabled()).isFalse();
		assertThat(store.problems()).isEmpty();
	}

	/** The stock client looks only when the time has grown. */
	private void write(String content) throws IOException {
		this.files.write(FailoverFiles.SWITCH, content);
		this.time += 1000;
		Files.setLastModifiedTime(this.files.directory().resolve(FailoverFiles.SWITCH), FileTime.fromMillis(this.time));
	}

	private boolean stockReads() {
		return this.stock.getSwitch().getEnabled();
	}

}
