package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.image.Compression;
import io.crius.acceptance.image.HaltingGate;
import io.crius.acceptance.image.ImageConfig;
import io.crius.acceptance.image.OciLayout;
import io.crius.acceptance.image.TarWriter.Owner;
import io.crius.acceptance.process.Command;
import io.crius.acceptance.target.Trait;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.NamespaceMode;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code crius ctl} at a real terminal, which {@code script} makes: keys, sizes, and the terminal's state afterwards. */
@Timeout(180)
class CtlTerminalIT {
    private static final String CTRL_C = "\003";
    private static final String CTRL_P = "\020";
    private static final String CTRL_Q = "\021";

    @RegisterExtension
    static final Node node = new Node();

    private static final Ctl CTL = new Ctl(node);

    @TempDir
    private Path folder;

    private static String ctl(String words) {
        return String.join(" ", CTL.line(words));
    }

    @Test
    void aCommandAtATerminalGetsKeysAndSizesAndGivesTheTerminalBack() throws Exception {
        String id = node.run(node.runPod("person"), node.idle("main"));
        String inside = "sized() { until [ \"$(stty size 2>/dev/null)\" = \"$1\" ]; do sleep 0.1; done; };"
                + " sized \"41 101\"; trap \"echo interrupted\" INT; echo ready; sleep 1000;"
                + " sized \"50 120\"; echo resized; exit 9";
        try (Terminal terminal = Terminal.run("stty rows 41 cols 101; tty; "
                + ctl("exec -it " + id + " sh -c '" + inside) + "'; echo code $?; stty -a; echo end")) {
            String device = terminal.until("\n").strip();
            terminal.until("ready");
            // Between its last word and its sleep the shell notes the first one and waits for the sleep all the same.
            terminal.typeUntil(CTRL_C, "interrupted");
            Command.run("stty", "-F", device, "rows", "50", "cols", "120");
            terminal.until("resized");
            assertThat(terminal.until("end").replace("\r", "")).contains("code 9", "\nisig icanon ", " echo ");
        }
    }

    @Test
    void aPersonLeavesAContainerByItsKeysAndItGoesOn() throws Exception {
        String id = node.run(
                node.runPod("person"),
                node.shell("main", "while read line; do echo got $line; done")
                        .stdin()
                        .tty());
        try (Terminal terminal =
                Terminal.run("echo begin; " + ctl("attach -it " + id) + "; echo left $?; stty -a; echo end")) {
            terminal.until("begin");
            terminal.typeUntil("hello\r", "got hello");
            terminal.type(CTRL_P);
            terminal.type(CTRL_Q);
            assertThat(terminal.until("end").replace("\r", "")).contains("left 0", "\nisig icanon ", " echo ");
        }
        assertThat(node.containers().status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    @Test
    void whoeverIsToldToEndGivesTheTerminalBackAsWell() throws Exception {
        String id = node.run(node.runPod("person"), node.idle("main"));
        String exec = ctl("exec -it " + id + " sh -c 'echo ready; sleep 1000'");
        try (Terminal terminal =
                Terminal.run("sh -c 'echo pid $$; exec \"$@\"' sh " + exec + "; echo code $?; stty -a; echo end")) {
            terminal.until("pid ");
            String pid = terminal.until("\n").strip();
            terminal.until("ready");
            Command.run("kill", "-TERM", pid);
            assertThat(terminal.until("end").replace("\r", "")).contains("code 143", "\nisig icanon ", " echo ");
        }
    }

    @Test
    void portsAreForwardedUntilThePersonEndsIt() throws Exception {
        Pod pod = node.run(node.pod("host").network(NamespaceMode.NODE));
        try (EchoServer echo = EchoServer.start();
                Terminal terminal =
                        Terminal.run(ctl("port-forward " + pod.id() + " :" + echo.port()) + "; echo code $?")) {
            terminal.until("Forwarding from 127.0.0.1:");
            int port = Integer.parseInt(terminal.until(" ").strip());
            try (var client = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                client.getOutputStream().write("through".getBytes(StandardCharsets.US_ASCII));
                client.shutdownOutput();
                assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .isEqualTo("through");
            }
            terminal.type(CTRL_C);
            terminal.until("code 130");
        }
    }

    @Test
    @Needs(Trait.EXPLAINS)
    void aPullShowsHowFarItIs() throws Exception {
        OciLayout layout = OciLayout.create(folder.resolve("image"));
        byte[] random = new byte[3_000_000];
        new Random(31).nextBytes(random);
        layout.tag(
                "image",
                layout.image(
                        ImageConfig.empty().withCmd("/none"),
                        List.of(layout.layer(Compression.NONE, tar -> tar.file("bytes", random, Owner.FILE)))));
        node.testImages().registry().push(layout, "image", "progress:1");
        try (HaltingGate gate = HaltingGate.open(node.testImages().registry());
                Terminal terminal = Terminal.run(ctl("pull " + gate.name("progress:1")) + "; echo code $?")) {
            terminal.until("\r\033[K[==");
            assertThat(terminal.until(" layers")).matches("=+> +] (\\d{3}kB|1(\\.\\d+)?MB)/3(\\.\\d+)?MB, 0/1 layers");
            gate.goOn();
            assertThat(terminal.until("Image is up to date for ")).endsWith("\r\033[KImage is up to date for ");
            terminal.until("code 0");
        }
    }
}
