package io.crius.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.crius.acceptance.Node.Pod;
import io.crius.acceptance.process.Command;
import io.crius.cri.v1.ContainerState;
import io.crius.cri.v1.NamespaceMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code crius ctl} at a real terminal, which {@code script} makes: keys, sizes, and the terminal's state afterwards. */
@Timeout(180)
class CtlTerminalIT {
    private static final String CTRL_C = "\003";
    private static final String CTRL_P = "\020";
    private static final String CTRL_Q = "\021";

    @RegisterExtension
    static final Node node = new Node();

    private static final Ctl CTL = new Ctl(node);

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

    /** A terminal with a shell's commands on it; {@code script} is the person. */
    private static final class Terminal implements AutoCloseable {
        private final Process process;
        private final StringBuilder shown = new StringBuilder();
        private int read;

        private Terminal(Process process) {
            this.process = process;
            Thread.ofVirtual().name("terminal").start(this::watch);
        }

        /**
         * The shell is one that goes on after an interrupted command, as a person's does and dash does not, and no signal is
         * ignored, whatever the tests were started from.
         */
        static Terminal run(String commands) throws IOException {
            List<String> script =
                    List.of("env", "--default-signal", "SHELL=/bin/bash", "script", "-qefc", commands, "/dev/null");
            return new Terminal(
                    new ProcessBuilder(script).redirectErrorStream(true).start());
        }

        private void watch() {
            byte[] buffer = new byte[4096];
            try {
                int count = process.getInputStream().read(buffer);
                while (count >= 0) {
                    show(new String(buffer, 0, count, StandardCharsets.UTF_8));
                    count = process.getInputStream().read(buffer);
                }
            } catch (IOException e) {
                show("[" + e + "]");
            }
        }

        private synchronized void show(String text) {
            shown.append(text);
            notifyAll();
        }

        void type(String keys) throws IOException {
            process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }

        /** Types now and then until the answer comes: before somebody listens nobody does. */
        void typeUntil(String keys, String answer) throws IOException, InterruptedException {
            for (int attempt = 0; attempt < 100; attempt++) {
                type(keys);
                if (await(answer, 500)) {
                    return;
                }
            }
            throw new AssertionError("no " + answer + " but " + shown);
        }

        /** What is shown up to the text, which has to come. */
        String until(String text) throws InterruptedException {
            int from = read;
            if (!await(text, Node.LIMIT.toMillis())) {
                throw new AssertionError("no " + text + " but " + shown.substring(from));
            }
            synchronized (this) {
                return shown.substring(from, read);
            }
        }

        private synchronized boolean await(String text, long millis) throws InterruptedException {
            long end = System.nanoTime() + millis * 1_000_000;
            while (shown.indexOf(text, read) < 0) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            read = shown.indexOf(text, read) + text.length();
            return true;
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            process.destroy();
        }
    }
}
