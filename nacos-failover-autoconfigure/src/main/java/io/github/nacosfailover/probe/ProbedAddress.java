package io.github.nacosfailover.probe;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;

import com.alibaba.nacos.api.naming.pojo.Instance;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses of a backup may be connected to. Names are not: a resolver that is down
 * as well would hold up everything. Nor are addresses that reach something else than an
 * instance from within this host: its links, its cloud's metadata, groups of hosts.
 */
final class ProbedAddress {

	private static final Pattern IPV4 = Pattern
		.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");

	private static final Pattern IPV6 = Pattern.compile("(?=.*:)[0-9a-fA-F:][0-9a-fA-F:.]*(%[\\w.~-]+)?");

	/**
	 * Of clouds whose metadata are not link-local: Alibaba, Azure, Oracle, AWS, Google.
	 */
	private static final Set<String> METADATA = Set.of("100.100.100.200", "168.63.129.16", "192.0.0.192",
			"fd00:ec2:0:0:0:0:0:254", "fd20:ce:0:0:0:0:0:254");

	private static final byte[] NAT64 = { 0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0 };

	private ProbedAddress() {
	}

	/**
	 * The address of an instance, if it may be connected to.
	 * @param instance the instance
	 * @return its address, or {@code null}
	 */
	static @Nullable InetSocketAddress of(Instance instance) {
		int port = instance.getPort();
		InetAddress address = (port >= 1 && port <= 65535) ? parse(instance.getIp()) : null;
		return (address != null && isAllowed(address)) ? new InetSocketAddress(address, port) : null;
	}

	private static @Nullable InetAddress parse(@Nullable String ip) {
		if (ip == null) {
			return null;
		}
		String text = (ip.startsWith("[") && ip.endsWith("]")) ? ip.substring(1, ip.length() - 1) : ip;
		if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
			return null;
		}
		try {
			return InetAddress.getByName(text);
		}
		catch (UnknownHostException ex) {
			// Malformed, or the zone of another host.
			return null;
		}
	}

	private static boolean isAllowed(InetAddress address) {
		InetAddress embedded = (address instanceof Inet6Address) ? embedded(address.getAddress()) : null;
		return isAllowedItself(address) && (embedded == null || isAllowedItself(embedded));
	}

	private static boolean isAllowedItself(InetAddress address) {
		if (address.isAnyLocalAddress() || address.isLinkLocalAddress() || address.isMulticastAddress()) {
			return false;
		}
		byte[] bytes = address.getAddress();
		// 0.0.0.0/8 is this host, 240.0.0.0/4 is reserved, with the broadcast address.
		boolean odd = address instanceof Inet4Address && (bytes[0] == 0 || (bytes[0] & 0xf0) == 0xf0);
		return !odd && !METADATA.contains(withoutZone(address));
	}

	private static String withoutZone(InetAddress address) {
		String text = address.getHostAddress();
		int zone = text.indexOf('%');
		return (zone >= 0) ? text.substring(0, zone) : text;
	}

	/**
	 * The IPv4 address that an IPv6 address leads to: compatible, by NAT64, or by 6to4. A
	 * mapped one is an IPv4 address already.
	 */
	private static @Nullable InetAddress embedded(byte[] bytes) {
		if (Arrays.equals(bytes, 0, 12, NAT64, 0, 12) || isCompatible(bytes)) {
			return ipv4(bytes, 12);
		}
		return (bytes[0] == 0x20 && bytes[1] == 0x02) ? ipv4(bytes, 2) : null;
	}

	/** But for ::1, which is this host, as 127.0.0.1 is. */
	private static boolean isCompatible(byte[] bytes) {
		for (int i = 0; i < 12; i++) {
			if (bytes[i] != 0) {
				return false;
			}
		}
		return bytes[12] != 0;
	}

	private static InetAddress ipv4(byte[] bytes, int from) {
		try {
			return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
