package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Await;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.PodSandboxState;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is told of pods whose network somebody broke. */
@Needs(Trait.EXPLAINS)
class NetworkCheckIT {
    /** Checks begin 10 s after the start. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final Node node = new Node();

    @Test
    void aRestoredPodWithoutItsRouteIsToldAndLives() throws Exception {
        Pod broken = node.runPod("broken");
        Pod whole = node.runPod("whole");
        String id = node.run(broken, node.idle("main"));
        String pid = Long.toString(node.pid(id));
        node.testNode().target().kill();
        Command.run("nsenter", "--net=/proc/" + pid + "/ns/net", "ip", "route", "delete", "default");
        node.testNode().startTarget();
        assertThat(info(broken)).contains("\"networkProblem\":\"\"");

        Await.until("the check is over", LIMIT, () -> info(broken).contains("(CHECK)"));

        assertThat(info(broken))
                .containsPattern("\"networkProblem\":\"check pod [^\"]*plugin \\\\\"bridge\\\\\" \\(CHECK\\)");
        assertThat(info(whole)).contains("\"networkProblem\":\"\"");
        String name = broken.config().getMetadata().getName();
        var ctl = new Ctl(node);
        assertThat(ctl.run("explain", name)).containsPattern("network +check pod .*plugin \"bridge\" \\(CHECK\\)");
        assertThat(ctl.run("explain"))
                .contains("/" + name + "\n")
                .doesNotContain("/" + whole.config().getMetadata().getName());
        assertThat(node.testNode().target().logTail()).contains("is not as it was made: check pod ");
        assertThat(node.pods().status(broken.id()).getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
        assertThat(node.pid(id)).hasToString(pid);
    }

    private static String info(Pod pod) {
        return node.pods().verboseStatus(pod.id()).getInfoOrThrow("info");
    }
}
