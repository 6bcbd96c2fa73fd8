package io.crius.acceptance.image;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry that gives the first {@value #BEGINNING} bytes of each answer until it is told to go on: reads only. */
public final class HaltingGate implements AutoCloseable {
    private static final int BEGINNING = 1_000_000;

    private final HttpServer server;
    private final PlainDoor door;
    private final CountDownLatch going = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private HaltingGate(HttpServer server, PlainDoor door) {
        this.server = server;
        this.door = door;
    }

    /** Opens a gate on a free port of loopback. */
    public static HaltingGate open(LoopbackRegistry behind) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        HaltingGate gate = new HaltingGate(server, PlainDoor.open(server.getAddress()));
        server.setExecutor(gate.threads);
        server.createContext("/v2/", exchange -> Forwarding.to(behind, exchange, gate::copy));
        server.start();
        return gate;
    }

    /** The full name of an image behind the gate. */
    public String name(String repositoryAndTag) {
        return "127.0.0.1:" + door.port() + "/" + repositoryAndTag;
    }

    private long copy(InputStream from, OutputStream to) throws IOException {
        byte[] beginning = from.readNBytes(BEGINNING);
        to.write(beginning);
        if (beginning.length == BEGINNING) {
            to.flush();
            awaitGoing();
        }
        return beginning.length + from.transferTo(to);
    }

    private void awaitGoing() throws InterruptedIOException {
        try {
            going.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("the gate is closed");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** From now on everything is given. */
    public void goOn() {
        going.countDown();
    }

    @Override
    public void close() throws IOException {
        door.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
