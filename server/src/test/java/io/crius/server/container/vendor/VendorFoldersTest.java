package io.crius.server.container.vendor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.oci.hook.HookFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VendorFoldersTest {
    @TempDir
    Path folder;

    @Test
    void laterFoldersReplaceHooksOfTheSameName() throws IOException {
        hook("usr/10-a.json", "a", "/bin/true");
        hook("usr/20-b.json", "b", "/bin/true");
        hook("etc/10-a.json", "other", "/bin/true");
        assertThat(arguments(new NodeHooks(List.of(folder.resolve("usr"), folder.resolve("etc")))))
                .containsExactly("other", "b");
    }

    @Test
    void filesThatComeAndGoAndChangeAreSeen() throws IOException {
        var hooks = new NodeHooks(List.of(folder.resolve("missing"), folder));
        assertThat(hooks.current()).isEmpty();
        hook("a.json", "one", "/bin/true");
        assertThat(arguments(hooks)).containsExactly("one");
        hook("a.json", "changed", "/bin/true");
        assertThat(arguments(hooks)).containsExactly("changed");
        Files.delete(folder.resolve("a.json"));
        assertThat(hooks.current()).isEmpty();
    }

    @Test
    void aBadHookLeavesTheOthers() throws IOException {
        Files.writeString(folder.resolve("bad.json"), "{");
        Files.writeString(folder.resolve("notes.txt"), "{");
        Files.createDirectory(folder.resolve("folder.json"));
        hook("gone.json", "gone", "/nonexistent/program");
        hook("good.json", "good", "/bin/true");
        assertThat(arguments(new NodeHooks(List.of(folder)))).containsExactly("good");
    }

    @Test
    void devicesAreAskedForByFieldAndByAnnotationEachOnce() {
        assertThat(CdiDevices.asked(
                        List.of("v.com/gpu=1", "v.com/gpu=0"),
                        Map.of("cdi.k8s.io/plugin", "v.com/gpu=0, v.com/nic=a", "example.com/x", "v.com/gpu=9")))
                .containsExactly("v.com/gpu=1", "v.com/gpu=0", "v.com/nic=a");
    }

    @Test
    void theEditsOfASpecificationComeOnceBeforeItsDevices() throws IOException {
        spec("cdi/gpu.json", "v.com/gpu", "ALL=1", "0", "1");
        var devices = new CdiDevices(List.of(folder.resolve("cdi")));
        assertThat(devices.edits(List.of("v.com/gpu=1", "v.com/gpu=0")))
                .extracting(edits -> edits.env().getFirst())
                .containsExactly("ALL=1", "DEVICE=1", "DEVICE=0");
        assertThat(devices.edits(List.of())).isEmpty();
    }

    @Test
    void missingDevicesAreNamedAllAtOnce() throws IOException {
        spec("cdi/gpu.json", "v.com/gpu", "ALL=1", "0");
        Files.writeString(folder.resolve("cdi/bad.yaml"), "cdiVersion: [");
        var devices = new CdiDevices(List.of(folder.resolve("cdi")));
        assertThatThrownBy(() -> devices.edits(List.of("v.com/gpu=7", "v.com/gpu=0", "v.com/nic=a")))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("CDI device injection failed: unresolvable CDI devices v.com/gpu=7, v.com/nic=a");
    }

    @Test
    void aLaterFolderBeatsAnEarlierOneAndTwoFilesOfOneFolderEachOther() throws IOException {
        spec("etc/gpu.json", "v.com/gpu", "ALL=etc", "0");
        spec("run/gpu.json", "v.com/gpu", "ALL=run", "0");
        var devices = new CdiDevices(List.of(folder.resolve("etc"), folder.resolve("run")));
        assertThat(devices.edits(List.of("v.com/gpu=0")).getFirst().env()).containsExactly("ALL=run");
        spec("run/other.json", "v.com/gpu", "ALL=other", "0", "1");
        assertThatThrownBy(() -> devices.edits(List.of("v.com/gpu=0")))
                .hasMessage("CDI device injection failed: device v.com/gpu=0 is in both " + folder
                        + "/run/gpu.json and " + folder + "/run/other.json");
        assertThat(devices.edits(List.of("v.com/gpu=1"))).hasSize(2);
    }

    private static List<String> arguments(NodeHooks hooks) {
        return hooks.current().stream()
                .map(HookFile::hook)
                .map(hook -> hook.args().getFirst())
                .toList();
    }

    private void hook(String name, String argument, String program) throws IOException {
        write(name, """
                {"version": "1.0.0", "hook": {"path": "%s", "args": ["%s"]}, "when": {"always": true},
                 "stages": ["prestart"]}""".formatted(program, argument));
    }

    private void spec(String name, String kind, String env, String... devices) throws IOException {
        String list = String.join(
                ", ",
                List.of(devices).stream()
                        .map(device -> "{\"name\": \"%s\", \"containerEdits\": {\"env\": [\"DEVICE=%s\"]}}"
                                .formatted(device, device))
                        .toList());
        write(
                name,
                "{\"cdiVersion\": \"0.5.0\", \"kind\": \"%s\", \"containerEdits\": {\"env\": [\"%s\"]}, \"devices\": [%s]}"
                        .formatted(kind, env, list));
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }
}
