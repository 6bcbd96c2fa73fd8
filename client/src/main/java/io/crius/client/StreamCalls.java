package io.crius.client;

import io.crius.client.stream.ForwardedPort;
import io.crius.client.stream.RemoteProcess;
import io.crius.client.stream.Wants;
import io.crius.client.stream.Wants.Standard;
import io.crius.cri.v1.AttachRequest;
import io.crius.cri.v1.ExecRequest;
import io.crius.cri.v1.PortForwardRequest;
import java.io.IOException;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Exec, Attach and PortForward: asks the CRI for a URL and opens it. Each session has a token that works once.
 *
 * <p>Thread-safe. Closing ends the connections that are open.
 */
public final class StreamCalls implements AutoCloseable {
    private final CriClient client;
    private final HttpClient http;

    StreamCalls(CriClient client, SSLContext tls) {
        this.client = client;
        this.http = HttpClient.newBuilder()
                .sslContext(tls)
                .executor(Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("crius-client-", 0).factory()))
                .build();
    }

    /** A context that trusts nobody: for URLs without TLS it is never asked, and the node's roots need not be read. */
    static SSLContext noTrust() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no TLS", e);
        }
    }

    /** Starts a command in the container. */
    public RemoteProcess exec(String containerId, Wants wants, String... command) throws IOException {
        return open(execUrl(containerId, wants, command));
    }

    /** Opens a URL of {@link #execUrl} or {@link #attachUrl}. */
    public RemoteProcess open(String url) throws IOException {
        return RemoteProcess.open(http, url);
    }

    /** Connects with the streams of the container's first process. */
    public RemoteProcess attach(String containerId, Wants wants) throws IOException {
        return open(attachUrl(containerId, wants));
    }

    /** Connects with a port of the pod. */
    public ForwardedPort forward(String podId, int port) throws IOException {
        return ForwardedPort.open(http, forwardUrl(podId, port));
    }

    /** Exec alone. */
    public String execUrl(String containerId, Wants wants, String... command) {
        return client.runtime()
                .exec(ExecRequest.newBuilder()
                        .setContainerId(containerId)
                        .addAllCmd(Arrays.asList(command))
                        .setTty(wants.isTerminal())
                        .setStdin(wants.has(Standard.STDIN))
                        .setStdout(wants.has(Standard.STDOUT))
                        .setStderr(wants.has(Standard.STDERR))
                        .build())
                .getUrl();
    }

    /** Attach alone. */
    public String attachUrl(String containerId, Wants wants) {
        return client.runtime()
                .attach(AttachRequest.newBuilder()
                        .setContainerId(containerId)
                        .setTty(wants.isTerminal())
                        .setStdin(wants.has(Standard.STDIN))
                        .setStdout(wants.has(Standard.STDOUT))
                        .setStderr(wants.has(Standard.STDERR))
                        .build())
                .getUrl();
    }

    /** PortForward alone. */
    public String forwardUrl(String podId, Integer... ports) {
        return client.runtime()
                .portForward(PortForwardRequest.newBuilder()
                        .setPodSandboxId(podId)
                        .addAllPort(Arrays.asList(ports))
                        .build())
                .getUrl();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
