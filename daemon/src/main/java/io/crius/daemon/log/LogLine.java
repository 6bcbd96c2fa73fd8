package io.crius.daemon.log;

import io.crius.model.CriusException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * Writes a record as one line of key-value pairs: {@code time="2026-11-23 20:00:00.000000000Z" level=info msg="..."
 * logger=server.pod}. Thread-safe.
 *
 * <p>An expected failure shows the messages of its causes; any other, which is a defect, shows its stack as well.
 */
final class LogLine extends Formatter {
    /** Compat: the time as CRI-O writes it, so that the same parsers read both. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSSSSX").withZone(ZoneOffset.UTC);

    private static final String OURS = "io.crius.";

    private final LogFormat format;

    LogLine(LogFormat format) {
        this.format = format;
    }

    @Override
    public String format(LogRecord logged) {
        Map<String, String> fields = fields(logged);
        return switch (format) {
            case TEXT -> text(fields);
            case JSON -> json(fields);
        };
    }

    private Map<String, String> fields(LogRecord logged) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("time", TIME.format(logged.getInstant()));
        fields.put("level", level(logged.getLevel()));
        fields.put("msg", formatMessage(logged));
        Throwable thrown = logged.getThrown();
        if (thrown != null) {
            fields.put("error", causes(thrown));
            if (!isExpected(thrown)) {
                fields.put("stack", stack(thrown));
            }
        }
        fields.put("logger", logger(logged));
        return fields;
    }

    private static String level(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "error";
        }
        if (value >= Level.WARNING.intValue()) {
            return "warning";
        }
        if (value >= Level.INFO.intValue()) {
            return "info";
        }
        return value >= Level.FINE.intValue() ? "debug" : "trace";
    }

    private static String logger(LogRecord logged) {
        String name = logged.getLoggerName() == null ? "" : logged.getLoggerName();
        return name.startsWith(OURS) ? name.substring(OURS.length()) : name;
    }

    private static boolean isExpected(Throwable thrown) {
        return thrown instanceof CriusException
                || thrown instanceof IOException
                || thrown instanceof InterruptedException;
    }

    private static String causes(Throwable thrown) {
        StringBuilder text = new StringBuilder(said(thrown));
        Throwable cause = thrown.getCause();
        for (int depth = 0; cause != null && depth < 10; depth++) {
            String words = said(cause);
            if (text.indexOf(words) < 0) {
                text.append(": ").append(words);
            }
            cause = cause.getCause();
        }
        return text.toString();
    }

    private static String said(Throwable thrown) {
        return thrown instanceof CriusException && thrown.getMessage() != null
                ? thrown.getMessage()
                : thrown.toString();
    }

    private static String stack(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static String text(Map<String, String> fields) {
        StringBuilder line = new StringBuilder(128);
        fields.forEach((key, value) -> {
            line.append(line.isEmpty() ? "" : " ").append(key).append('=');
            if (isPlain(value)) {
                line.append(value);
            } else {
                quote(line, value);
            }
        });
        return line.append('\n').toString();
    }

    private static String json(Map<String, String> fields) {
        StringBuilder line = new StringBuilder(128).append('{');
        fields.forEach((key, value) -> {
            line.append(line.length() == 1 ? "" : ",");
            quote(line, key);
            quote(line.append(':'), value);
        });
        return line.append("}\n").toString();
    }

    private static boolean isPlain(String value) {
        return !value.isEmpty()
                && value.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || "-._/@^+".indexOf(c) >= 0);
    }

    private static void quote(StringBuilder line, String value) {
        line.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x7f) {
                        line.append("\\u00").append(c < 0x10 ? "0" : "").append(Integer.toHexString(c));
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        line.append('"');
    }
}
