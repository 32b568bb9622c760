package io.zrs.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Two processes between which something is copied, again and again. */
final class Pipeline implements AutoCloseable {
    private final ActorProcess sender;
    private final ActorProcess receiver;
    private final List<Run> runs = new ArrayList<>();

    Pipeline(ActorProcess sender, ActorProcess receiver) {
        this.sender = sender;
        this.receiver = receiver;
    }

    /**
     * Copies once.
     *
     * @param arguments of the receiver, after the port
     * @return the receiver's answer
     */
    String run(String... arguments) throws IOException {
        Usage senderBefore = sender.usage();
        Usage receiverBefore = receiver.usage();
        List<String> question = new ArrayList<>(List.of("catch-up", sender.ask("port")));
        question.addAll(List.of(arguments));
        String answer = receiver.ask(question.toArray(new String[0]));
        runs.add(new Run(
                Long.parseLong(answer.split(" ", -1)[0]),
                sender.usage().cpuNanos() - senderBefore.cpuNanos(),
                receiver.usage().cpuNanos() - receiverBefore.cpuNanos()));
        return answer;
    }

    /** What has been measured, in order. */
    List<Run> runs() {
        return runs;
    }

    ActorProcess sender() {
        return sender;
    }

    ActorProcess receiver() {
        return receiver;
    }

    @Override
    public void close() throws IOException {
        try {
            receiver.close();
        } finally {
            sender.close();
        }
    }

    /** Our primary and secondary. */
    static Pipeline ours(StorageFiles files, List<String> jvmOptions) throws IOException {
        return new Pipeline(
                ActorProcess.start(jvmOptions, "our-primary", files.directory().toString()),
                ActorProcess.start(jvmOptions, "our-secondary"));
    }

    /** Nothing but reading, MD5, socket, MD5 and writing. */
    static Pipeline raw(Path wire, List<String> jvmOptions) throws IOException {
        return new Pipeline(
                ActorProcess.start(jvmOptions, "raw-sender", wire.toString()),
                ActorProcess.start(jvmOptions, "raw-receiver"));
    }

    /**
     * One copy.
     *
     * @param nanos from connecting until all is durable
     */
    record Run(long nanos, long senderCpuNanos, long receiverCpuNanos) {}
}
