alter type mood add value if not exists 'happy';
