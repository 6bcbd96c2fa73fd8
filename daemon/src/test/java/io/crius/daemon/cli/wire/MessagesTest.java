package io.crius.daemon.cli.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.cri.v1.Container;
import io.crius.cri.v1.ContainerConfig;
import io.crius.cri.v1.ContainerMetadata;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.Image;
import io.crius.cri.v1.Metric;
import io.crius.cri.v1.PodSandbox;
import io.crius.cri.v1.PodSandboxConfig;
import io.crius.cri.v1.Protocol;
import io.crius.cri.v1.StatusResponse;
import io.crius.model.CriusException;
import io.crius.oci.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessagesTest {
    private final Messages messages = new Messages();
    private final List<String> unknown = new ArrayList<>();

    @Test
    void aMessageIsPrintedInTheOrderOfTheProtoWithItsDefaultsAndLongNumbersAsText() {
        Container container = Container.newBuilder()
                .setId("abc")
                .setMetadata(ContainerMetadata.newBuilder().setName("web").setAttempt(2))
                .setState(ContainerState.CONTAINER_RUNNING)
                .setCreatedAt(1_700_000_000_000_000_000L)
                .putLabels("b", "2")
                .putLabels("a", "1")
                .build();

        assertThat(Json.write(messages.toJson(container))).isEqualTo("""
                {"id":"abc","podSandboxId":"","metadata":{"name":"web","attempt":2},"imageRef":"","state":"CONTAINER_RUNNING",\
                "createdAt":"1700000000000000000","labels":{"a":"1","b":"2"},"annotations":{},"imageId":""}""");
    }

    @Test
    void whatIsNotSetAndWhatIsUnsignedKeepsItsMeaning() {
        assertThat(Json.write(messages.toJson(Image.newBuilder().setSize(-1).build())))
                .contains("\"repoTags\":[]", "\"size\":\"18446744073709551615\"", "\"pinned\":false")
                .doesNotContain("\"uid\"");
        assertThat(Json.write(messages.toJson(StatusResponse.getDefaultInstance())))
                .isEqualTo("{\"info\":{},\"runtimeHandlers\":[]}");
        assertThat(Json.write(messages.toJson(PodSandbox.getDefaultInstance())))
                .contains("\"state\":\"SANDBOX_READY\"");
        assertThat(Json.write(
                        messages.toJson(Metric.newBuilder().addLabelValues("x").build())))
                .contains("\"labelValues\":[\"x\"]");
    }

    @Test
    void aConfigurationIsTakenInTheWordsOfTheProtoAndOfJson() {
        PodSandboxConfig pod = pod("""
                {"metadata": {"name": "web", "namespace": "default", "uid": "u", "attempt": 1},
                 "log_directory": "/tmp", "dnsConfig": {"servers": ["1.1.1.1"]}, "labels": {"app": "web"},
                 "PortMappings": [{"protocol": 1, "container_port": 53}, {"protocol": "TCP", "hostPort": "80"}],
                 "linux": {"cgroup_parent": "/p", "sysctls": {"net.ipv4.ip_forward": "1"},
                           "security_context": {"run_as_user": {"value": 1000}, "namespace_options": {"network": 2}}}}
                """);

        assertThat(pod.getMetadata().getAttempt()).isEqualTo(1);
        assertThat(pod.getLogDirectory()).isEqualTo("/tmp");
        assertThat(pod.getDnsConfig().getServersList()).containsExactly("1.1.1.1");
        assertThat(pod.getLabelsMap()).containsEntry("app", "web");
        assertThat(pod.getPortMappings(0).getProtocol()).isEqualTo(Protocol.UDP);
        assertThat(pod.getPortMappings(1).getHostPort()).isEqualTo(80);
        assertThat(pod.getLinux().getSysctlsMap()).containsEntry("net.ipv4.ip_forward", "1");
        assertThat(pod.getLinux().getSecurityContext().getRunAsUser().getValue())
                .isEqualTo(1000);
        assertThat(unknown).isEmpty();
    }

    @Test
    void valuesOfTheEnvironmentAreTextAndWrappedNumbersMayStandAlone() {
        ContainerConfig container = messages.parse(
                "ContainerConfig", Json.parseObject("""
                        {"envs": [{"key": "A", "value": "b c"}], "linux": {"security_context": {"run_as_user": 7}}}
                        """, "test"), ContainerConfig.parser(), unknown::add);

        assertThat(container.getEnvs(0).getValue().toStringUtf8()).isEqualTo("b c");
        assertThat(container.getLinux().getSecurityContext().getRunAsUser().getValue())
                .isEqualTo(7);
    }

    @Test
    void whatTheCriDoesNotKnowIsToldWithItsPlace() {
        var _ = pod("{\"metadata\": {\"nmae\": \"x\"}, \"containers\": []}");

        assertThat(unknown).containsExactly("metadata.nmae", "containers");
    }

    @Test
    void valuesOfAnotherTypeAreRefusedWithTheirPlace() {
        assertThatThrownBy(() -> pod("{\"metadata\": {\"attempt\": \"x\"}}"))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessage("metadata.attempt: a number is needed, not \"x\"");
        assertThatThrownBy(() -> pod("{\"port_mappings\": [{}, {\"protocol\": \"ICMP\"}]}"))
                .hasMessage("port_mappings[1].protocol: \"ICMP\" is none of SCTP, TCP, UDP");
        assertThatThrownBy(() -> pod("{\"labels\": [\"a\"]}")).hasMessage("labels: an object is needed, not a list");
        assertThatThrownBy(() -> pod("{\"labels\": {\"a\": 1}}")).hasMessage("labels.value: a string is needed, not 1");
        assertThatThrownBy(() -> pod("{\"linux\": true}")).hasMessage("linux: an object is needed, not true");
    }

    private PodSandboxConfig pod(String json) {
        return messages.parse(
                "PodSandboxConfig", Json.parseObject(json, "test"), PodSandboxConfig.parser(), unknown::add);
    }
}
