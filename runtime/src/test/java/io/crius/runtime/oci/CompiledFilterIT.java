package io.crius.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.oci.json.Json;
import io.crius.oci.json.JsonObject;
import io.crius.oci.runtime.RuntimeSpec;
import io.crius.runtime.ContainerBundle;
import io.crius.runtime.ContainerRuntime.Creating;
import io.crius.runtime.ExecRequest;
import io.crius.runtime.RuntimeContainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Filters that crun compiled for one container and gets for the next. */
class CompiledFilterIT {
    private static final String NO_MKDIR = filter("mkdir", "mkdirat");
    private static final String NO_RMDIR = filter("rmdir", "unlinkat");

    private BusyboxNode node;

    @BeforeEach
    void open() throws IOException {
        node = BusyboxNode.open(Path.of("/usr/bin/crun"));
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    private static String filter(String... names) {
        return """
                {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
                 "syscalls": [{"names": ["%s"], "action": "SCMP_ACT_ERRNO", "errnoRet": 77}]}
                """.formatted(String.join("\", \"", names));
    }

    @Test
    void theSecondContainerGetsWhatTheFirstHadCompiled() throws Exception {
        ContainerBundle first = withFilter(NO_MKDIR);
        RuntimeSpec plain = created(first);
        ContainerBundle second = withFilter(NO_MKDIR);
        RuntimeSpec complete = created(second);

        assertThat(plain.annotations()).doesNotContainKey(CompiledFilters.ANNOTATION);
        assertThat(complete.annotations()).containsKey(CompiledFilters.ANNOTATION);
        assertThat(complete.linux().seccomp()).isEqualTo(plain.linux().seccomp());
        assertThat(Files.readAllBytes(compiledFor(second))).isEqualTo(Files.readAllBytes(compiledFor(first)));
    }

    @Test
    void anotherFilterIsCompiled() throws Exception {
        created(withFilter(NO_MKDIR));

        assertThat(created(withFilter(NO_RMDIR)).annotations()).doesNotContainKey(CompiledFilters.ANNOTATION);
        assertThat(created(withFilter(NO_RMDIR)).annotations()).containsKey(CompiledFilters.ANNOTATION);
    }

    @Test
    void bothFilterTheSameAlsoInCommands() throws Exception {
        var states = new HashSet<List<String>>();
        for (int i = 0; i < 2; i++) {
            RuntimeContainer container = start(withFilter(NO_MKDIR));

            assertThat(output(container, "mkdir /tmp/x || true; echo over"))
                    .as("container %d", i)
                    .contains("File descriptor in bad state")
                    .endsWith("over\n");
            states.add(stateOf(container));
        }

        assertThat(states)
                .singleElement()
                .satisfies(state -> assertThat(state).contains("Seccomp:\t2", "Seccomp_filters:\t1"));
    }

    private ContainerBundle withFilter(String filter) {
        JsonObject seccomp = Json.parseObject(filter, "filter");
        return node.bundle(
                spec -> spec.toBuilder()
                        .put(
                                "linux",
                                spec.requireObject("linux", "spec").toBuilder()
                                        .put("seccomp", seccomp)
                                        .build())
                        .build(),
                "/bin/sleep",
                "100");
    }

    /** Creates the container; what was written for its runtime. */
    private RuntimeSpec created(ContainerBundle container) throws IOException {
        create(container);
        return RuntimeSpec.parse(Files.readAllBytes(container.folders().bundle().resolve("config.json")));
    }

    private RuntimeContainer create(ContainerBundle container) throws IOException {
        Path config = container.folders().bundle().resolve("config.json");
        try (Creating creating = node.runtime.begin(container)) {
            RuntimeSpec complete = creating.specification(RuntimeSpec.parse(Files.readAllBytes(config)));
            Files.write(config, complete.toBytes());
            return creating.finish();
        }
    }

    private RuntimeContainer start(ContainerBundle container) throws IOException {
        RuntimeContainer made = create(container);
        node.runtime.start(made);
        return made;
    }

    private Path compiledFor(ContainerBundle container) {
        return container.handler().root().resolve(container.id().value()).resolve("seccomp.bpf");
    }

    private String output(RuntimeContainer container, String script) {
        var result = node.runtime.exec(container, ExecRequest.of(List.of("/bin/sh", "-c", script)));
        return new String(result.stderr(), StandardCharsets.UTF_8)
                + new String(result.stdout(), StandardCharsets.UTF_8);
    }

    /** What the kernel says of filters, and of protections that come with them. */
    private static List<String> stateOf(RuntimeContainer container) throws IOException {
        return Files.readAllLines(
                        Path.of("/proc", Long.toString(container.init().pid()), "status"))
                .stream()
                .filter(line -> line.matches("(Seccomp|Speculation|NoNewPrivs).*"))
                .toList();
    }
}
