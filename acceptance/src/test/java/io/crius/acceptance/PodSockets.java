package io.crius.acceptance;

import io.crius.linux.Linux;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Sockets for datagrams, also within pods: busybox has no server for them. */
final class PodSockets {
    private static final int MOMENT_MILLIS = 200;

    private PodSockets() {}

    /** Answers every datagram with a word, in the network namespace of a process, until closed. */
    static DatagramSocket answering(long pid, int port, String word) throws IOException {
        Path namespace = Path.of("/proc/" + pid + "/ns/net");
        DatagramSocket socket =
                Linux.real().namespaces().inNetwork(namespace, () -> new DatagramSocket(new InetSocketAddress(port)));
        Thread.ofVirtual().name("answers-" + word).start(() -> answer(socket, word.getBytes(StandardCharsets.UTF_8)));
        return socket;
    }

    private static void answer(DatagramSocket socket, byte[] word) {
        try {
            while (!socket.isClosed()) {
                var question = new DatagramPacket(new byte[64], 64);
                socket.receive(question);
                socket.send(new DatagramPacket(word, word.length, question.getSocketAddress()));
            }
        } catch (IOException _) {
            // Closed, or the pod is gone.
            socket.close();
        }
    }

    /** Asks once; empty where no answer comes in a moment. */
    static String ask(DatagramSocket client, String host, int port) throws IOException {
        client.setSoTimeout(MOMENT_MILLIS);
        client.send(new DatagramPacket(new byte[] {'?'}, 1, InetAddress.ofLiteral(host), port));
        var answer = new DatagramPacket(new byte[64], 64);
        try {
            client.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException | java.net.PortUnreachableException _) {
            return "";
        }
    }
}
