package io.crius.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.config.CgroupDriver;
import io.crius.model.ContainerId;
import io.crius.model.Ticker;
import io.crius.oci.runtime.LinuxSeccomp;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.SeccompAction;
import io.crius.oci.runtime.SeccompRule;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.RuntimeHandler.MonitorOptions;
import io.crius.runtime.RuntimeHandler.MonitorProgram;
import io.crius.runtime.oci.CompiledFilters.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompiledFiltersTest {
    private static final ContainerId CONTAINER = ContainerId.random();
    private static final byte[] COMPILED = new byte[80];

    static {
        Arrays.fill(COMPILED, (byte) 7);
    }

    @TempDir
    private Path root;

    private final Clock clock = new Clock();
    private final CompiledFilters filters = new CompiledFilters(clock);
    private RuntimeHandler crun;

    @BeforeEach
    void handler() {
        crun = handler("/usr/bin/crun");
    }

    @Test
    void whatCrunCompiledIsKnownForAnHour() throws IOException {
        Source source = source(filter("mkdir"));
        assertThat(filters.compiled(source)).isEmpty();
        learn(source, COMPILED);

        assertThat(filters.compiled(source(filter("mkdir"))))
                .contains(Base64.getEncoder().encodeToString(COMPILED));
        assertThat(filters.compiled(source(filter("rmdir")))).isEmpty();
        clock.nanos += Duration.ofMinutes(59).toNanos();
        assertThat(filters.compiled(source)).isPresent();
        clock.nanos += Duration.ofMinutes(1).toNanos();
        assertThat(filters.compiled(source)).isEmpty();
    }

    @Test
    void whatIsNoFilterIsNotKept() throws IOException {
        for (int length : new int[] {0, 7, 4097 * 8}) {
            learn(source(filter("mkdir")), new byte[length]);
            assertThat(filters.compiled(source(filter("mkdir"))))
                    .as("%d bytes", length)
                    .isEmpty();
        }
        filters.learn(source(filter("mkdir")), crun, ContainerId.random());
        assertThat(filters.compiled(source(filter("mkdir")))).as("no file").isEmpty();
    }

    @Test
    void sixteenAreKept() throws IOException {
        for (int i = 0; i < 17; i++) {
            learn(source(filter("call" + i)), COMPILED);
        }

        assertThat(filters.compiled(source(filter("call0")))).isEmpty();
        assertThat(filters.compiled(source(filter("call1")))).isPresent();
        assertThat(filters.compiled(source(filter("call16")))).isPresent();
    }

    @Test
    void whatIsNotTheFilterAloneIsLeftToTheRuntime() {
        LinuxSeccomp plain = filter("mkdir");
        var flagged = new LinuxSeccomp(
                plain.defaultAction(),
                plain.defaultErrno(),
                plain.architectures(),
                List.of("SECCOMP_FILTER_FLAG_LOG"),
                Optional.empty(),
                Optional.empty(),
                plain.rules());

        assertThat(CompiledFilters.source(crun, spec(plain))).isPresent();
        assertThat(CompiledFilters.source(handler("/usr/bin/runc"), spec(plain)))
                .isEmpty();
        assertThat(CompiledFilters.source(crun, RuntimeSpec.EMPTY)).isEmpty();
        assertThat(CompiledFilters.source(crun, spec(flagged))).isEmpty();
        assertThat(CompiledFilters.source(crun, spec(plain.notifying("/run/listener.sock"))))
                .isEmpty();
        assertThat(CompiledFilters.source(crun, spec(plain).withAnnotation(CompiledFilters.ANNOTATION, "AAAA")))
                .isEmpty();
        assertThat(CompiledFilters.source(crun, spec(plain).withAnnotation("run.oci.seccomp.plugins", "a.so")))
                .isEmpty();
    }

    private void learn(Source source, byte[] compiled) throws IOException {
        Path folder = Files.createDirectories(root.resolve(CONTAINER.value()));
        Files.write(folder.resolve("seccomp.bpf"), compiled);
        filters.learn(source, crun, CONTAINER);
    }

    private Source source(LinuxSeccomp filter) {
        return CompiledFilters.source(crun, spec(filter)).orElseThrow();
    }

    private static RuntimeSpec spec(LinuxSeccomp filter) {
        return RuntimeSpec.EMPTY.withLinux(linux -> linux.seccomp(Optional.of(filter)));
    }

    private static LinuxSeccomp filter(String name) {
        var rule = new SeccompRule(List.of(name), SeccompAction.ERRNO, OptionalInt.of(1), List.of());
        return new LinuxSeccomp(
                SeccompAction.ALLOW,
                OptionalInt.empty(),
                List.of("SCMP_ARCH_X86_64"),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(rule));
    }

    private RuntimeHandler handler(String program) {
        var monitor = new MonitorProgram(Path.of("/usr/bin/conmon"), List.of(), MonitorOptions.DEFAULT);
        return new RuntimeHandler(
                "test", Path.of(program), root, CgroupDriver.CGROUPFS, monitor, Duration.ofSeconds(60));
    }

    /** Goes when it is told to, and waits for nothing. */
    private static final class Clock implements Ticker {
        private long nanos;

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public Instant instant() {
            throw new UnsupportedOperationException("no clock on the wall");
        }

        @Override
        public <T> T get(CompletableFuture<T> result, Duration atMost) {
            throw new UnsupportedOperationException("no waiting");
        }

        @Override
        public void sleep(Duration pause) {
            throw new UnsupportedOperationException("no waiting");
        }
    }
}
