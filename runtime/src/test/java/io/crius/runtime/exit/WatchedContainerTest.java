package io.crius.runtime.exit;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.config.CgroupDriver;
import io.crius.linux.Errno;
import io.crius.linux.ErrnoException;
import io.crius.linux.Linux;
import io.crius.linux.Processes;
import io.crius.model.ContainerId;
import io.crius.model.Ticker;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ContainerFolders;
import io.crius.runtime.ContainerLog;
import io.crius.runtime.ContainerStreams;
import io.crius.runtime.PidNamespace;
import io.crius.runtime.RuntimeContainer;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.RuntimeHandler.LogSync;
import io.crius.runtime.RuntimeHandler.MonitorOptions;
import io.crius.runtime.RuntimeHandler.MonitorProgram;
import io.crius.runtime.RuntimeHandler.Placement;
import io.crius.runtime.RuntimeHandler.Rooting;
import io.crius.runtime.process.NodeProcesses;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedContainerTest {
    private static final ContainerId ID = new ContainerId("ab".repeat(32));

    private final Linux linux = Linux.real();
    private final BlockingQueue<ContainerExit> exits = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    /** A node that is out of descriptors says nothing about the container. */
    @Test
    void whatCannotBeWatchedYetHasNotEnded() throws Exception {
        Process init = new ProcessBuilder("sleep", "60").start();
        Processes scarce = failingOnce();
        try (var watched = new WatchedContainer(
                linux.withProcesses(scarce),
                new NodeProcesses(scarce),
                new ExitFiles(Files.createDirectory(folder.resolve("exits"))),
                container(init.pid()),
                listener(),
                new ExitWatcher.Senses(Duration.ofMillis(1), Ticker.system(), ExitFolder::open))) {
            watched.begin();
            assertThat(exits).isEmpty();

            init.destroyForcibly();
            assertThat(exits.poll(30, TimeUnit.SECONDS)).isNotNull();
        } finally {
            init.destroyForcibly();
        }
    }

    private Processes failingOnce() {
        var failures = new AtomicInteger(1);
        return (Processes) Proxy.newProxyInstance(
                Processes.class.getClassLoader(), new Class<?>[] {Processes.class}, (_, method, arguments) -> {
                    if (method.getName().equals("pidfd") && failures.getAndDecrement() > 0) {
                        throw new ErrnoException("pidfd_open", Errno.EMFILE);
                    }
                    try {
                        return method.invoke(linux.processes(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    private ExitListener listener() {
        return new ExitListener() {
            @Override
            public void exited(ContainerExit exit) {
                exits.add(exit);
            }

            @Override
            public void monitorLost(ContainerId id) {
                throw new AssertionError("there was no monitor");
            }
        };
    }

    private RuntimeContainer container(long init) throws IOException {
        var bundle = new ContainerBundle(
                ID,
                "k8s_a_b_c_d_0",
                new RuntimeHandler(
                        "crun",
                        Path.of("/usr/bin/crun"),
                        Path.of("/run/crun"),
                        CgroupDriver.CGROUPFS,
                        new MonitorProgram(
                                Path.of("/usr/bin/conmon"),
                                List.of(),
                                new MonitorOptions(Rooting.NO_PIVOT, LogSync.NEVER, Placement.POD)),
                        Duration.ofMinutes(4)),
                new ContainerFolders(
                        Files.createDirectory(folder.resolve("bundle")),
                        Files.createDirectory(folder.resolve("persistent"))),
                "/pod",
                new ContainerLog(folder.resolve("log"), OptionalLong.empty()),
                ContainerStreams.INPUT_ONCE,
                PidNamespace.OWN);
        return new RuntimeContainer(
                bundle, new NodeProcesses(linux.processes()).identify(init).orElseThrow(), Optional.empty());
    }
}
