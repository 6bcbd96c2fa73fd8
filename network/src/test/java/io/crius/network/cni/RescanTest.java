package io.crius.network.cni;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found by looking from time to time, where no watch hears of changes: the test says when the time is over. */
class RescanTest {
    private static final Duration READY = Duration.ofSeconds(5);
    private static final Duration NOT_READY = Duration.ofMillis(500);

    @TempDir
    Path folder;

    private CniFixture node;
    private NetworkMonitor monitor;
    private final DeafWatch watch = new DeafWatch();

    /** A wait for a hint, which ends when the test says so. */
    private record Pause(Duration atMost, CompletableFuture<Boolean> hint) {
        void passes() {
            hint.complete(false);
        }

        void endsByAHint() {
            hint.complete(true);
        }
    }

    private static final class DeafWatch implements Changes {
        private final BlockingQueue<Pause> pauses = new LinkedBlockingQueue<>();
        private volatile List<Path> followed = List.of();
        private volatile boolean closed;

        Pause next() throws InterruptedException {
            Pause next = pauses.poll(CniFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(next).as("a wait for hints").isNotNull();
            return next;
        }

        @Override
        public void follow(Collection<Path> directories) {
            followed = List.copyOf(directories);
        }

        @Override
        public boolean await(Duration atMost) throws InterruptedException {
            var pause = new Pause(atMost, new CompletableFuture<>());
            pauses.add(pause);
            try {
                return pause.hint().get();
            } catch (ExecutionException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void close() {
            closed = true;
            pauses.add(new Pause(Duration.ZERO, new CompletableFuture<>()));
        }
    }

    @BeforeEach
    void start() throws IOException {
        node = new CniFixture(folder);
        node.install("one");
        var plugins = new PluginDirectories(List.of(node.plugins.directory()));
        var runner = new PluginRunner(
                plugins, new SpawnedPlugins(Linux.real()), PluginListener.NONE, Map.of("PATH", System.getenv("PATH")));
        monitor = new NetworkMonitor(
                CniOptions.of(node.config, List.of(node.plugins.directory())),
                new ConfigDirectory(node.config, plugins, new PluginVersions(runner, plugins)),
                new NetworkChain(runner),
                () -> watch);
        monitor.start();
    }

    @AfterEach
    void close() throws InterruptedException {
        monitor.close();
        while (!watch.closed) {
            watch.next();
        }
        node.close();
    }

    @Test
    void aFileThatNoWatchHeardOfIsFoundWhenTheTimeIsOver() throws Exception {
        Pause pause = watch.next();
        assertThat(pause.atMost()).isEqualTo(NOT_READY);
        assertThat(watch.followed).containsExactlyInAnyOrder(node.config, node.plugins.directory());
        node.list("10-a.conflist", "1.0.0", "a", "one");
        assertThat(monitor.view().readiness().ready())
                .as("before the time is over")
                .isFalse();

        pause.passes();

        pause = watch.next();
        assertThat(monitor.view().readiness().ready()).isTrue();
        assertThat(pause.atMost()).as("less often when it is ready").isEqualTo(READY);
    }

    @Test
    void aNetworkThatIsGoneOrAnotherIsFoundWhenTheTimeIsOver() throws Exception {
        node.list("10-a.conflist", "1.0.0", "a", "one");
        Pause pause = ready();
        node.list("05-b.conflist", "1.0.0", "b", "one");

        pause.passes();

        pause = watch.next();
        assertThat(monitor.view().chosen().orElseThrow().name()).isEqualTo("b");
        Files.delete(node.config.resolve("05-b.conflist"));
        Files.delete(node.config.resolve("10-a.conflist"));
        assertThat(monitor.view().readiness().ready())
                .as("before the time is over")
                .isTrue();

        pause.passes();

        assertThat(watch.next().atMost()).isEqualTo(NOT_READY);
        assertThat(monitor.view().readiness().message()).contains("has no .conf, .conflist or .json file");
    }

    @Test
    void aPluginThatIsGoneIsFoundWhenTheTimeIsOver() throws Exception {
        node.list("10-a.conflist", "1.0.0", "a", "one");
        Pause pause = ready();
        Files.delete(node.plugins.directory().resolve("one"));

        pause.passes();

        assertThat(watch.next().atMost()).isEqualTo(NOT_READY);
        assertThat(monitor.view().readiness().message()).contains("plugin \"one\" is not in ");
    }

    /** Nothing is parsed, and no plugin is asked, while nothing has changed. */
    @Test
    void aLookThatFindsNothingNewKeepsWhatIsKnown() throws Exception {
        node.list("10-a.conflist", "1.0.0", "a", "one");
        Pause pause = ready();
        NetworkList known = monitor.view().chosen().orElseThrow();
        int calls = node.plugins.allCalls().size();

        pause.passes();
        pause = watch.next();
        assertThat(monitor.view().chosen().orElseThrow()).isSameAs(known);

        pause.endsByAHint();
        assertThat(watch.next().atMost()).isEqualTo(READY);
        assertThat(monitor.view().chosen().orElseThrow()).isNotSameAs(known).isEqualTo(known);
        assertThat(node.plugins.allCalls()).hasSize(calls);
    }

    /** The monitor may have looked before the file was there. */
    private Pause ready() throws InterruptedException {
        Pause pause = watch.next();
        if (!monitor.view().readiness().ready()) {
            pause.passes();
            pause = watch.next();
        }
        assertThat(pause.atMost()).isEqualTo(READY);
        return pause;
    }
}
