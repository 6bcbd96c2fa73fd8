package io.crius.oci.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.oci.runtime.HookStage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CdiSpecTest {
    private static final String YAML = """
            ---
            cdiVersion: "0.7.0"
            kind: vendor.com/gpu
            containerEdits:
              env: [NVIDIA_VISIBLE_DEVICES=void]
              hooks:
              - hookName: createContainer
                path: /usr/bin/nvidia-ctk
                args:
                - nvidia-ctk
                - hook
                - update-ldcache
            devices:
            - name: "0"
              containerEdits:
                deviceNodes:
                - path: /dev/gpu0
                  hostPath: /dev/null
                  permissions: rw
                - path: /dev/pipe
                  type: p
                mounts:
                - hostPath: /usr/lib/gpu
                  containerPath: /usr/lib/gpu
                  options: [ro, nosuid]
                additionalGids: [44, 0]
                intelRdt:
                  closID: fast
            - name: all
              containerEdits:
                env:
                - ALL=yes
            """;

    @Test
    void yamlIsReadWhole() {
        CdiSpec spec = CdiSpec.parseYaml(YAML.getBytes(StandardCharsets.UTF_8), "gpu.yaml");
        assertThat(spec.kind()).isEqualTo("vendor.com/gpu");
        assertThat(spec.edits().env()).containsExactly("NVIDIA_VISIBLE_DEVICES=void");
        assertThat(spec.edits().hooks()).singleElement().satisfies(hook -> {
            assertThat(hook.stage()).isEqualTo(HookStage.CREATE_CONTAINER);
            assertThat(hook.hook().args()).containsExactly("nvidia-ctk", "hook", "update-ldcache");
        });
        assertThat(spec.devices()).containsOnlyKeys("0", "all");
        CdiEdits edits = Objects.requireNonNull(spec.devices().get("0"));
        assertThat(edits.deviceNodes()).hasSize(2).first().satisfies(node -> {
            assertThat(node.hostPath()).isEqualTo("/dev/null");
            assertThat(node.permissions()).isEqualTo("rw");
            assertThat(node.major()).isEqualTo(OptionalLong.empty());
        });
        assertThat(edits.mounts())
                .singleElement()
                .satisfies(mount -> assertThat(mount.options()).containsExactly("ro", "nosuid"));
        assertThat(edits.additionalGids()).containsExactly(44L);
        assertThat(edits.intelRdt().orElseThrow().closId()).contains("fast");
    }

    @Test
    void jsonSaysTheSame() {
        String json = """
                {"cdiVersion": "0.3.0", "kind": "vendor.com/gpu",
                 "devices": [{"name": "all", "containerEdits": {"env": ["ALL=yes"]}}]}""";
        CdiSpec spec = CdiSpec.parseJson(json.getBytes(StandardCharsets.UTF_8), "gpu.json");
        assertThat(Objects.requireNonNull(spec.devices().get("all")).env()).containsExactly("ALL=yes");
        assertThat(spec.edits()).isEqualTo(CdiEdits.NONE);
    }

    @Test
    void whatIsUnknownIsRefused() {
        isRefused("{\"cdiVersion\": \"0.3.0\", \"kind\": \"v.com/g\", \"extra\": 1}", "unknown key \"extra\"");
        isRefused(device("0.3.0", "a", "{\"ports\": []}"), "unknown key \"ports\" of containerEdits");
        isRefused(
                device("1.1.0", "a", "{\"intelRdt\": {\"enableCMT\": true}}"), "unknown key \"enableCMT\" of intelRdt");
    }

    @Test
    void theVersionMustBeThatOfTheContents() {
        isRefused(device("9.9.9", "a", "{}"), "cdiVersion \"9.9.9\" is not known");
        isRefused(device("0.4.0", "0", "{}"), "begins with a digit, needs cdiVersion 0.5.0");
        isRefused(
                device("0.4.0", "a", "{\"deviceNodes\": [{\"path\": \"/dev/a\", \"hostPath\": \"/dev/b\"}]}"),
                "hostPath of device node /dev/a needs cdiVersion 0.5.0");
        isRefused(
                device(
                        "0.3.0",
                        "a",
                        "{\"mounts\": [{\"hostPath\": \"x\", \"containerPath\": \"/t\", \"type\": \"tmpfs\"}]}"),
                "type of the mount at /t needs cdiVersion 0.4.0");
        isRefused(device("0.6.0", "a", "{\"additionalGids\": [1]}"), "additionalGids needs cdiVersion 0.7.0");
        isRefused(
                device("1.0.0", "a", "{\"netDevices\": [{\"hostInterfaceName\": \"eth9\", \"name\": \"e\"}]}"),
                "netDevices needs cdiVersion 1.1.0");
    }

    @Test
    void malformedPartsAreNamed() {
        isRefused("{\"cdiVersion\": \"0.3.0\", \"kind\": \"gpu\"}", "\"gpu\" is not a CDI kind");
        isRefused(device("0.3.0", "-a", "{}"), "\"-a\" is not the name of a CDI device");
        isRefused(device("0.3.0", "a", "{\"env\": [\"=x\"]}"), "env \"=x\" is not NAME=value");
        isRefused(
                device("0.3.0", "a", "{\"deviceNodes\": [{\"path\": \"/dev/a\", \"type\": \"x\"}]}"),
                "device node /dev/a: type \"x\" is none of b, c, u, p");
        isRefused(
                device("0.3.0", "a", "{\"hooks\": [{\"hookName\": \"soon\", \"path\": \"/x\"}]}"),
                "hookName \"soon\" is no stage of a hook");
        isRefused(
                "{\"cdiVersion\": \"0.3.0\", \"kind\": \"v.com/g\", \"devices\": []}",
                "the specification has no devices");
        assertThatThrownBy(() -> CdiSpec.parseYaml("a: [".getBytes(StandardCharsets.UTF_8), "x.yaml"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageStartingWith("x.yaml: ");
        assertThatThrownBy(() -> CdiSpec.parseYaml("- a".getBytes(StandardCharsets.UTF_8), "x.yaml"))
                .hasMessage("x.yaml: an object is needed");
    }

    @Test
    void aQualifiedNameHasThreeParts() {
        assertThat(CdiDeviceName.parse("vendor.com/gpu=mig0:1")).hasToString("vendor.com/gpu=mig0:1");
        for (String wrong : List.of("gpu", "vendor.com/gpu", "vendor.com=0", "9v/gpu=0", "v.com/gpu=", "v.com/=0")) {
            assertThatThrownBy(() -> CdiDeviceName.parse(wrong)).isInstanceOf(CriusException.InvalidArgument.class);
        }
    }

    private static String device(String version, String name, String edits) {
        return "{\"cdiVersion\": \"%s\", \"kind\": \"v.com/g\", \"devices\": [{\"name\": \"%s\", \"containerEdits\": %s}]}"
                .formatted(version, name, edits);
    }

    private static void isRefused(String json, String message) {
        assertThatThrownBy(() -> CdiSpec.parseJson(json.getBytes(StandardCharsets.UTF_8), "g.json"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageStartingWith("g.json: ")
                .hasMessageContaining(message);
    }
}
