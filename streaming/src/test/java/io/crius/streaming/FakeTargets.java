package io.crius.streaming;

import io.crius.streaming.session.Ending;
import io.crius.streaming.session.PortTarget;
import io.crius.streaming.session.ProcessSession;
import io.crius.streaming.session.StreamRequest;
import io.crius.streaming.session.StreamRequest.Kind;
import io.crius.streaming.session.StreamRequest.Standard;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Set;

/** Sessions and ports that tests connect with. */
final class FakeTargets {
    static final StreamRequest ALL =
            new StreamRequest(Set.of(Standard.STDIN, Standard.STDOUT, Standard.STDERR), Kind.PIPES);

    private FakeTargets() {}

    /** Gives back what it gets. */
    static ProcessSession echo() {
        return streams -> {
            streams.stdin().transferTo(streams.stdout());
            return new Ending.Success();
        };
    }

    /** The same port of the node. */
    static PortTarget node() {
        return new PortTarget() {
            @Override
            public SocketChannel connect(int port) throws IOException {
                return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            }

            @Override
            public String pod() {
                return "pod";
            }
        };
    }
}
