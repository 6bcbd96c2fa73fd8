package io.crius.oci.hook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crius.model.CriusException;
import io.crius.oci.hook.HookCondition.Subject;
import io.crius.oci.runtime.Hook;
import io.crius.oci.runtime.HookStage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class HookFileTest {
    private static final Subject SHELL = new Subject(Map.of("team", "blue"), "/bin/sh", true);

    @Test
    void theCurrentVersionIsReadWhole() {
        HookFile file = parse("""
                {"version": "1.0.0",
                 "hook": {"path": "/bin/hook", "args": ["hook", "now"], "env": ["A=b"], "timeout": 3},
                 "when": {"always": true},
                 "stages": ["prestart", "poststop"]}""");
        assertThat(file.hook())
                .isEqualTo(new Hook("/bin/hook", List.of("hook", "now"), List.of("A=b"), OptionalInt.of(3)));
        assertThat(file.stages()).containsExactlyInAnyOrder(HookStage.PRESTART, HookStage.POSTSTOP);
        assertThat(file.when().holds(SHELL)).isTrue();
    }

    @Test
    void allNamedConditionsMustHold() {
        assertThat(holds("{\"annotations\": {\"^team$\": \"^bl\"}}")).isTrue();
        assertThat(holds("{\"annotations\": {\"^team$\": \"^red\"}}")).isFalse();
        assertThat(holds("{\"annotations\": {\"^team$\": \"^bl\"}, \"commands\": [\"python\"]}"))
                .isFalse();
        assertThat(holds("{\"commands\": [\"python\", \"/sh$\"]}")).isTrue();
        assertThat(holds("{\"hasBindMounts\": true}")).isTrue();
        assertThat(holds("{\"hasBindMounts\": false}")).isFalse();
        assertThat(holds("{\"always\": false}")).isFalse();
        assertThat(holds("{\"always\": true, \"commands\": [\"python\"]}")).isFalse();
        assertThat(holds("{}")).isFalse();
    }

    @Test
    void ofTheFirstVersionOneConditionIsEnough() {
        HookFile file = parse("""
                {"version": "0.1.0", "hook": "/bin/hook", "arguments": ["now"], "stage": "prestart",
                 "annotation": "^blue$", "cmds": ["python"]}""");
        assertThat(file.hook().args()).containsExactly("/bin/hook", "now");
        assertThat(file.stages()).containsExactly(HookStage.PRESTART);
        assertThat(file.when().holds(SHELL)).isTrue();
        assertThat(file.when().holds(new Subject(Map.of(), "/bin/sh", false))).isFalse();
    }

    @Test
    void aBadFileSaysWhatIsWrong() {
        isRefused("[", "h.json: ");
        isRefused("{}", "h.json: \"version\" is missing");
        isRefused("{\"version\": \"2.0.0\"}", "h.json: version \"2.0.0\" is not known, use \"1.0.0\"");
        isRefused("{\"version\": \"1.0.0\"}", "h.json: \"hook\" is missing");
        isRefused("""
                {"version": "1.0.0", "hook": {"path": "bin"}, "when": {"always": true}, "stages": ["prestart"]}""", "h.json: the path \"bin\" of the hook is not absolute");
        isRefused("""
                {"version": "1.0.0", "hook": {"path": "/b"}, "when": {"always": true}, "stages": []}""", "h.json: it names no stage at which the hook runs");
        isRefused("""
                {"version": "1.0.0", "hook": {"path": "/b"}, "when": {"always": true}, "stages": ["later"]}""", "h.json: \"later\" is no stage of a hook");
        isRefused("""
                {"version": "1.0.0", "hook": {"path": "/b"}, "when": {"commands": ["("]}, "stages": ["prestart"]}""", "when: \"(\" is not a regular expression: ");
    }

    private static boolean holds(String when) {
        return parse("{\"version\": \"1.0.0\", \"hook\": {\"path\": \"/b\"}, \"stages\": [\"prestart\"], \"when\": "
                        + when + "}")
                .when()
                .holds(SHELL);
    }

    private static void isRefused(String json, String message) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(CriusException.InvalidArgument.class)
                .hasMessageStartingWith(message);
    }

    private static HookFile parse(String json) {
        return HookFile.parse(json.getBytes(StandardCharsets.UTF_8), "h.json");
    }
}
