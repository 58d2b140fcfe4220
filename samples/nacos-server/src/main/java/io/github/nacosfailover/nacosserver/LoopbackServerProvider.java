package io.github.nacosfailover.nacosserver;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import io.grpc.ServerBuilder;
import io.grpc.ServerCredentials;
import io.grpc.ServerProvider;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;

/**
 * Binds the gRPC servers that are given no address to the loopback address: that of Raft
 * listens on all of them otherwise, and has no setting for it.
 */
final class LoopbackServerProvider extends ServerProvider {

	@Override
	protected boolean isAvailable() {
		return true;
	}

	@Override
	protected int priority() {
		return 10;
	}

	@Override
	protected ServerBuilder<?> builderForPort(int port) {
		return NettyServerBuilder.forAddress(address(port));
	}

	@Override
	protected NewServerBuilderResult newServerBuilderForPort(int port, ServerCredentials credentials) {
		return NewServerBuilderResult.serverBuilder(NettyServerBuilder.forAddress(address(port), credentials));
	}

	private static InetSocketAddress address(int port) {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
	}

}
