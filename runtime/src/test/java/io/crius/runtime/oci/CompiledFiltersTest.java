package io.crius.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.config.CgroupDriver;
import io.crius.model.ContainerId;
import io.crius.oci.runtime.LinuxSeccomp;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.oci.runtime.SeccompAction;
import io.crius.oci.runtime.SeccompRule;
import io.crius.runtime.RuntimeHandler;
import io.crius.runtime.RuntimeHandler.MonitorOptions;
import io.crius.runtime.RuntimeHandler.MonitorProgram;
import io.crius.runtime.TestClock;
import io.crius.runtime.oci.CompiledFilters.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompiledFiltersTest {
    private static final Path SHELL = Path.of("/bin/sh");
    private static final ContainerId CONTAINER = ContainerId.random();
    private static final byte[] COMPILED = new byte[80];

    static {
        Arrays.fill(COMPILED, (byte) 7);
    }

    @TempDir
    private Path root;

    private final TestClock clock = new TestClock();
    private final CompiledFilters filters = new CompiledFilters(clock);
    private RuntimeHandler crun;

    @BeforeEach
    void handler() throws IOException {
        crun = handler(Files.copy(SHELL.toRealPath(), root.resolve("crun")));
    }

    @Test
    void whatCrunCompiledIsKnownForAnHour() throws IOException {
        Source source = source(filter("mkdir"));
        assertThat(filters.compiled(source)).isEmpty();
        learn(source, COMPILED);

        assertThat(filters.compiled(source(filter("mkdir"))))
                .contains(Base64.getEncoder().encodeToString(COMPILED));
        assertThat(filters.compiled(source(filter("rmdir")))).isEmpty();
        clock.pass(Duration.ofMinutes(59));
        assertThat(filters.compiled(source)).isPresent();
        clock.pass(Duration.ofMinutes(1));
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
    void whatIsNotTheFilterAloneIsLeftToTheRuntime() throws IOException {
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
        assertThat(CompiledFilters.source(handler(Files.copy(SHELL.toRealPath(), root.resolve("runc"))), spec(plain)))
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

    @Test
    void anUpgradeOfCrunCompilesAnew() throws IOException {
        learn(source(filter("mkdir")), COMPILED);
        Files.delete(crun.path());
        Files.copy(Path.of("/bin/echo").toRealPath(), crun.path());

        assertThat(filters.compiled(source(filter("mkdir")))).isEmpty();
    }

    @Test
    void aScriptOfThatNameCompilesEachTime() throws IOException {
        Files.writeString(crun.path(), "#!/bin/sh\nexec /usr/bin/crun \"$@\"\n");

        assertThat(CompiledFilters.source(crun, spec(filter("mkdir")))).isEmpty();
    }

    @Test
    void aCrunThatKeepsFiltersItselfIsLeftAlone() throws IOException {
        Files.createDirectories(root.resolve(".cache/seccomp"));
        learn(source(filter("mkdir")), COMPILED);

        assertThat(filters.compiled(source(filter("mkdir")))).isEmpty();
    }

    @Test
    void whatWasNotTakenIsNotGivenAgainForAnHour() throws IOException {
        Source source = source(filter("mkdir"));
        learn(source, COMPILED);
        filters.distrust(source);
        learn(source, COMPILED);
        assertThat(filters.compiled(source)).isEmpty();

        clock.pass(CompiledFilters.AGE);
        assertThat(filters.compiled(source)).isEmpty();
        learn(source, COMPILED);
        assertThat(filters.compiled(source)).isPresent();
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

    private RuntimeHandler handler(Path program) {
        var monitor = new MonitorProgram(Path.of("/usr/bin/conmon"), List.of(), MonitorOptions.DEFAULT);
        return new RuntimeHandler("test", program, root, CgroupDriver.CGROUPFS, monitor, Duration.ofSeconds(60));
    }
}
