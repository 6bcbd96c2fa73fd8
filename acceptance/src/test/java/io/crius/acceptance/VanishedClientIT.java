package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.client.stream.Wants;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Clients that end without a word: killed, or at the end of a cable that is pulled out. {@code -Dcrius.streams.slow=true} waits
 * for what takes its time: half a minute for the cable, a minute for a URL.
 */
@Timeout(240)
@Needs(Trait.READS_CRIO_CONF)
class VanishedClientIT {
    /** Fifteen seconds of silence, and three questions five seconds apart; the rest is for a busy machine. */
    private static final Duration VANISHED = Duration.ofSeconds(30 + 15);

    private static final Pattern ASKED = Pattern.compile("timer:\\(keepalive,([0-9.]+)(min|sec|ms),0\\)");

    @RegisterExtension
    @Order(1)
    static final FarNetwork far = new FarNetwork();

    @RegisterExtension
    @Order(2)
    static final Node node = new Node("""
            [crio.api]
            stream_address = "%s"
            """.formatted(far.address()));

    private static String idle() throws IOException {
        return node.run(node.runPod("web"), node.idle("main"));
    }

    private ClientProcess client(List<String> where, String id, String script) throws IOException {
        ClientProcess client = ClientProcess.open(where, node.streams().execUrl(id, Wants.OUTPUT, "sh", "-c", script));
        assertThat(client.answer()).startsWith("HTTP/1.1 101 ");
        client.await("up");
        return client;
    }

    private static void awaitGone(String id, String command, Duration limit) throws Exception {
        Await.until(
                command + " is gone",
                limit,
                () -> !node.containers().exec(id, "ps", "-o", "args").stdout().contains(command));
    }

    @Test
    void theCommandOfAKilledClientIsEnded() throws Exception {
        String id = idle();
        try (ClientProcess silent = client(List.of(), id, "trap '' HUP; echo up; sleep 1301");
                ClientProcess noisy = client(List.of(), id, "echo up; yes 1302")) {
            silent.close();
            noisy.close();
            awaitGone(id, "sleep 1301", Node.LIMIT);
            awaitGone(id, "yes 1302", Node.LIMIT);
        }
    }

    @Test
    void aSilentClientIsAskedWhetherItIsThere() throws Exception {
        String id = idle();
        try (ClientProcess client = client(far.there(), id, "echo up; sleep 1303")) {
            String timers = Command.run("ss", "-tnHo", "state", "established", "src", far.address());
            var timer = ASKED.matcher(timers);
            assertThat(timer.find()).as(timers).isTrue();
            assertThat(timer.group(2)).as(timers).isNotEqualTo("min");
            assertThat(timer.find()).as("one client in " + timers).isFalse();
            assertThat(client.answer()).isNotEmpty();
        }
        awaitGone(id, "sleep 1303", Node.LIMIT);
    }

    @Test
    @EnabledIfSystemProperty(named = "crius.streams.slow", matches = "true")
    void theCommandOfAClientThatHasVanishedIsEnded() throws Exception {
        String id = idle();
        try (ClientProcess client = client(far.there(), id, "echo up; sleep 1304")) {
            far.pullOut();
            long start = System.nanoTime();
            awaitGone(id, "sleep 1304", VANISHED);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("for no other reason")
                    .isGreaterThan(Duration.ofSeconds(10));
            assertThat(client.answer()).isNotEmpty();
        } finally {
            far.plugIn();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "crius.streams.slow", matches = "true")
    void aUrlIsWorthNothingAfterAMinute() throws Exception {
        String id = idle();
        String old = node.streams().execUrl(id, Wants.OUTPUT, "true");
        long start = System.nanoTime();
        Await.until(
                "a minute is over",
                Duration.ofSeconds(70),
                () -> System.nanoTime() - start > Duration.ofMinutes(1).toNanos());
        try (SpdyPeer late = SpdyPeer.open(old, "v4.channel.k8s.io");
                SpdyPeer early = SpdyPeer.open(node.streams().execUrl(id, Wants.OUTPUT, "true"), "v4.channel.k8s.io")) {
            assertThat(late.answer()).startsWith("HTTP/1.1 404 ");
            assertThat(early.answer()).startsWith("HTTP/1.1 101 ");
        }
    }
}
